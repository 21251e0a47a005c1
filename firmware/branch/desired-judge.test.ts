import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Desired } from '@branchline/contracts/fleet/documents';
import { changeYaml, readYaml } from '@branchline/runtime/yaml-text';
import { judge, type Here } from './desired-judge.ts';
import { checkDocument } from './document.ts';
import { revisionOf } from './documents-kept.ts';

const base = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const text = (source: string) => ({ source, revision: revisionOf(source) });
const wanted = (source: string, more: Partial<Desired> = {}): Desired => ({
  v: 1,
  version: 2,
  ...text(source),
  confirmWithinS: 120,
  overwrite: false,
  author: 'chen',
  reason: 'because',
  at: '2026-11-22T09:00:00.000Z',
  ...more,
});
const here = (inForce: string, more: Partial<Here> = {}): Here => ({
  inForce: text(inForce),
  common: text(base),
  up: { trunks: ['pstn', 'gone'], phones: ['desk-1'] },
  check: (source) => checkDocument(source),
  ...more,
});
const renamed = base.replace('Hangzhou West', 'Hangzhou South');
const rings = base.replace('ring: 15s', 'ring: 20s');

describe('a document of headquarters', () => {
  test('over one that nobody changed here is taken as it was written', () => {
    const verdict = judge(wanted(renamed), here(base));
    expect(verdict).toEqual({
      ok: true,
      target: text(renamed),
      conflicts: [],
      up: { trunks: ['pstn'], phones: ['desk-1'] },
    });
  });

  test('is brought together with what was changed here; remarks of the box stay', () => {
    const verdict = judge(wanted(renamed), here(rings));
    const source = verdict.ok ? verdict.target.source : '';
    expect(readYaml(source)).toEqual(readYaml(renamed.replace('ring: 15s', 'ring: 20s')));
    expect(source).toContain('# coming in');
  });

  test.each([
    ['that is to overwrite', wanted(renamed, { overwrite: true }), here(rings)],
    ['where nothing is in common yet', wanted(renamed), here(rings, { common: null })],
  ])('%s is taken as it was written', (_, desired, place) => {
    expect(judge(desired, place)).toMatchObject({ ok: true, target: text(renamed) });
  });

  test('that was taken up here leaves alone what was changed here since', () => {
    const since = base.replace('ring: 15s', 'ring: 25s');
    const takenUp = wanted(renamed, { base: { revision: revisionOf(renamed) } });
    const both = renamed.replace('ring: 15s', 'ring: 25s');
    const never = here(both, { common: null });
    expect(judge(takenUp, never)).toMatchObject({ ok: true, target: text(both), conflicts: [] });
    const next = wanted(renamed, { base: text(base), version: 3 });
    const verdict = judge(next, here(since, { common: null }));
    expect(readYaml(verdict.ok ? verdict.target.source : '')).toEqual(readYaml(both));
    expect(judge(takenUp, here(renamed, { common: null }))).toMatchObject({ target: text(renamed) });
  });

  test('that was damaged on its way, is too large, or has faults, is refused', () => {
    const damaged = judge({ ...wanted(base), source: renamed }, here(base));
    expect(damaged).toMatchObject({ ok: false, faults: [{ code: 'not-a-document' }] });
    expect(judge(wanted(`${base}# ${'x'.repeat(90_000)}`), here(base))).toMatchObject({ ok: false });
    const faulty = base.replace('country: CN', 'country: XX1').replace('to: flow welcome', 'to: flow gone');
    const verdict = judge(wanted(faulty), here(base));
    expect(verdict.ok ? 0 : verdict.faults.length).toBeGreaterThanOrEqual(2);
  });

  test('that is good alone, and has a fault together with what was changed here, is refused', () => {
    const withoutSales = wanted(base.replaceAll('sales', 'selling'));
    const servesSales = base.replace('queues: [service], skills: { refund: 5 }', 'queues: [service, sales]');
    const verdict = judge(withoutSales, here(servesSales));
    expect(verdict).toMatchObject({ ok: false, faults: [{ code: 'unknown-reference' }] });
  });
});

describe('a text with some fields changed', () => {
  test('keeps the rest, remarks too', () => {
    const changed = changeYaml('a: 1 # one\nb: { c: 2, d: 3 }\n', [
      { path: ['b', 'c'], becomes: 9 },
      { path: ['b', 'd'] },
      { path: ['e', 'f'], becomes: ['x'] },
    ]);
    expect(changed).toContain('# one');
    expect(readYaml(changed)).toEqual({ ok: true, value: { a: 1, b: { c: 9 }, e: { f: ['x'] } } });
  });
});
