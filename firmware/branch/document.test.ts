import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultText } from '@branchline/contracts/branch/faults';
import { parse } from 'yaml';
import {
  checkDocument,
  documentInForce,
  NoDocument,
  rememberGood,
  type DocumentInForce,
} from './document.ts';

const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const faultsOf = (source: string): string[] => {
  const checked = checkDocument(source);
  return checked.ok ? [] : checked.faults.map((fault) => faultText(fault, 'en'));
};

describe('checking', () => {
  test('a good document is settled and has its hash as its revision', () => {
    const checked = checkDocument(sample);
    expect(checked).toMatchObject({ ok: true, document: { branch: { site: { id: 'hangzhou-west' } } } });
    const { document } = checked as { document: DocumentInForce };
    expect(document.revision).toBe(createHash('sha256').update(sample).digest('hex'));
    expect(document.raw).toHaveProperty('schema', 'branchline.branch/1');
  });

  test('JSON is a document as well', () => {
    expect(checkDocument(JSON.stringify(parse(sample)))).toMatchObject({ ok: true });
  });

  test('YAML that is broken is refused with its line and column, and what would be right', () => {
    const broken = sample.replace('  country: CN\n', '  country: [CN\n');
    const line = broken.split('\n').indexOf('  country: [CN') + 2;
    expect(faultsOf(broken)).toEqual([expect.stringContaining(`line ${line}, column `)]);
    expect(faultsOf(broken)[0]).toContain('Give YAML or JSON without a fault of form.');
  });

  test.each([
    ['a key twice', 'schema: a\nschema: b\n', 'line 2'],
    ['two documents in one', 'a: 1\n---\nb: 2\n', 'line 2'],
    ['nothing', '', 'branchline.branch/1'],
    ['a list', '- a\n', 'branchline.branch/1'],
    ['an alias without an anchor', 'site: *nowhere\n', 'nowhere'],
    ['an alias within its anchor', 'site: &a { id: *a }\n', 'aliases'],
    ['a list in a circle', '&a [*a]\n', 'aliases'],
    [
      'aliases that would fill the memory',
      ['a', 'b', 'c', 'd']
        .map(
          (name, n, all) =>
            `${name}: &${name} [${Array(9)
              .fill(n === 0 ? 'x' : `*${all[n - 1]!}`)
              .join()}]\n`,
        )
        .join(''),
      'aliases',
    ],
    ['more than a million characters', `# ${'x'.repeat(1_000_000)}`, '1000000 characters'],
  ])('%s is a fault, not an error', (_, source, expected) => {
    expect(faultsOf(source).join(' ').toLowerCase()).toContain(expected.toLowerCase());
  });

  test('every fault is named at once', () => {
    const wrong = sample
      .replace('country: CN', 'country: XX1')
      .replace('ring: 15s, wrap-up: 5s }', 'ring: soon }');
    expect(faultsOf(wrong).length).toBeGreaterThanOrEqual(2);
  });
});

describe('the document in force', () => {
  let dir: string;
  let file: string;
  const good = (id: string): string => sample.replace('id: hangzhou-west', `id: ${id}`);
  const start = (): DocumentInForce => {
    const document = documentInForce(file, dir);
    rememberGood(document, dir, Date.UTC(2026, 0, 5));
    return document;
  };

  const spoilWithFolder = (): void => {
    rmSync(file);
    mkdirSync(file);
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'document-'));
    file = join(dir, 'branch.yaml');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('is the file when it is good', () => {
    writeFileSync(file, good('one'));
    start();
    writeFileSync(file, good('two'));
    expect(start()).toMatchObject({ branch: { site: { id: 'two' } } });
    expect(start().refused).toBeUndefined();
  });

  test.each([
    ['broken', () => writeFileSync(file, 'schema: [', 'utf8'), 'not-a-document'],
    [
      'wrong',
      () => writeFileSync(file, good('two').replace('to: flow welcome', 'to: flow gone')),
      'unknown-reference',
    ],
    ['gone', () => rmSync(file), 'missing'],
    ['a folder', () => spoilWithFolder(), 'not-a-document'],
    ['cut off in an alias', () => writeFileSync(file, 'site: *si'), 'not-a-document'],
  ])('is the last good one when the file is %s, at every start, and says why', (_, spoil, code) => {
    writeFileSync(file, good('one'));
    start();
    spoil();
    for (const document of [start(), start()]) {
      expect(document.branch.site.id).toBe('one');
      expect(document.source).toBe(good('one'));
      expect(document.refused?.faults).toMatchObject([{ code, severity: 'error' }]);
    }
  });

  test('without a file and without a last good one there is none, and it is said where to write it', () => {
    const none = (): unknown => start();
    expect(none).toThrow(NoDocument);
    expect(none).toThrow(file);
    expect(existsSync(join(dir, 'document-in-force.yaml'))).toBe(false);
  });

  test('a first file with faults names them', () => {
    writeFileSync(file, 'schema: [');
    expect(() => start()).toThrow(
      expect.objectContaining({ faults: [expect.objectContaining({ code: 'not-a-document' })] }) as Error,
    );
  });

  test('a last good one that this version does not take any more is none', () => {
    writeFileSync(join(dir, 'document-in-force.yaml'), 'schema: branchline.branch/0');
    expect(() => start()).toThrow(NoDocument);
  });

  test('what is remembered is for the service and its group only', () => {
    writeFileSync(file, good('one'));
    chmodSync(file, 0o644);
    start();
    expect(statSync(join(dir, 'document-in-force.yaml')).mode & 0o007).toBe(0);
  });
});
