import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { Documents } from './documents.ts';

const sample = readFileSync(
  fileURLToPath(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url)),
  'utf8',
);
const START = Date.parse('2026-11-22T09:00:00Z');

describe('a document while the service runs', () => {
  let dir: string;
  let file: string;
  let clock: ManualClock;
  let documents: Documents;
  let told: string[];

  const another = sample.replace('Hangzhou West', 'Hangzhou South');
  const broken = sample.replace('to: flow welcome', 'to: flow gone');

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'documents-'));
    file = join(dir, 'branch.yaml');
    writeFileSync(file, sample);
    clock = new ManualClock(START);
    documents = new Documents({ path: file, dataDir: dir }, clock);
    told = [];
    documents.onChange(({ branch, refused }) => told.push(refused ? 'refused' : branch.site.name.en));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const lastGood = (): string => readFileSync(join(dir, 'document-in-force.yaml'), 'utf8');

  test('a good one is in force at once, in the file, and told of', () => {
    clock.advance(5_000);
    expect(documents.take(another)).toMatchObject({ ok: true, changed: true });
    expect(documents.branch.site.name.en).toBe('Hangzhou South');
    expect(documents.appliedAt).toBe(START + 5_000);
    expect([readFileSync(file, 'utf8'), lastGood()]).toEqual([another, another]);
    expect(told).toEqual(['Hangzhou South']);
  });

  test('one with a fault leaves everything as it was', () => {
    expect(documents.take(broken)).toMatchObject({ ok: false, faults: [{ code: 'unknown-reference' }] });
    expect(documents.branch.site.name.en).toBe('Hangzhou West');
    expect([readFileSync(file, 'utf8'), lastGood()]).toEqual([sample, sample]);
    expect(told).toEqual([]);
  });

  test('the same once more changes nothing', () => {
    expect(documents.take(sample)).toMatchObject({ ok: true, changed: false });
    expect(told).toEqual([]);
  });

  test("another branch's is refused, from the page and in the file", () => {
    const other = sample.replace('id: hangzhou-west', 'id: hangzhou-east');
    const fault = { code: 'not-one-of', path: 'site.id', value: 'hangzhou-east' };
    expect(documents.check(other)).toMatchObject({ ok: false, faults: [fault] });
    expect(documents.take(other)).toMatchObject({ ok: false, faults: [fault] });
    writeFileSync(file, other);
    expect(documents.readAgain()).toMatchObject({ ok: false, faults: [fault] });
    expect(documents.branch.site.id).toBe('hangzhou-west');
    expect(lastGood()).toBe(sample);
  });

  test('a file that was written by hand is taken, or refused with its faults until it is right', () => {
    writeFileSync(file, broken);
    expect(documents.readAgain()).toMatchObject({ ok: false });
    expect(documents.inForce).toMatchObject({
      source: sample,
      refused: { faults: [{ code: 'unknown-reference' }] },
    });
    writeFileSync(file, sample);
    expect(documents.readAgain()).toMatchObject({ ok: true, changed: true });
    expect(documents.inForce.refused).toBeUndefined();
    writeFileSync(file, another);
    expect(documents.readAgain()).toMatchObject({ ok: true });
    expect(told).toEqual(['refused', 'Hangzhou West', 'Hangzhou South']);
  });

  test('a file that cannot be written leaves everything as it was, and says so', () => {
    rmSync(file);
    mkdirSync(join(file, 'in the way'), { recursive: true });
    expect(() => documents.take(another)).toThrow();
    expect(documents.branch.site.name.en).toBe('Hangzhou West');
    expect(told).toEqual([]);
  });
});
