import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { faultText } from '@branchline/contracts/branch/faults';
import type { Gateway } from '@branchline/contracts/branch/model';
import { checkDocument } from '../../branch/document.ts';
import { catalogue, modelFaults, PLAIN } from './catalogue.ts';
import { readModel } from './model.ts';

const MODELS = join(import.meta.dirname, 'models');
const files = readdirSync(MODELS);

const gateway = (model: string, watch?: Gateway['watch']): { gateways: Record<string, Gateway> } => ({
  gateways: {
    main: {
      name: 'main',
      kind: 'e1',
      model,
      address: { host: '10.20.0.11', port: 5060 },
      codecs: ['alaw'],
      ...(watch && { watch }),
    },
  },
});
const BY_CONSOLE = {
  syslog: false,
  console: { port: { kind: 'serial', path: '/dev/ttyUSB0' }, baud: 9_600, everyMs: 30_000 },
} as const;

describe('the models of this release', () => {
  test.each(files)('%s is data that a driver may go by', (file) => {
    expect(file).toMatch(/\.json$/);
    const model = readModel(file.slice(0, -'.json'.length), readFileSync(join(MODELS, file), 'utf8'));
    expect([model.snmp, model.console, model.http, model.syslog].some((source) => source !== undefined)).toBe(
      true,
    );
  });

  test('are named by their files', () => {
    expect(catalogue([MODELS]).names()).toEqual([PLAIN, ...files.map((file) => file.slice(0, -5))].sort());
  });
});

describe('a model that a technician adds', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'models-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test('is one file, and goes before one of the release with the same name', () => {
    const text = readFileSync(join(MODELS, 'generic-fxs.json'), 'utf8');
    writeFileSync(join(dir, 'generic-fxs.json'), text.replace('show port status', 'lines'));
    writeFileSync(join(dir, 'acme-9.json'), text.replace('"generic-fxs"', '"acme-9"'));
    const known = catalogue([MODELS, dir]);
    expect(known.names()).toContain('acme-9');
    expect(known.model('generic-fxs').console?.commands[0]?.send).toBe('lines');
    expect(known.model('acme-9').console?.commands[0]?.send).toBe('show port status');
  });

  test('with faults is refused with every one of them and its place', () => {
    const faulty = {
      name: 'x',
      says: { zh: 'x', en: 'x' },
      kinds: ['e2'],
      sources: [],
      http: { path: 'x', rules: [] },
    };
    expect(() => readModel('x', JSON.stringify(faulty))).toThrow(
      /kinds\.0: .*\n.*sources: .*\n.*http\.path: a path such as \/status\.json\n.*http\.rules: /s,
    );
    const broken = {
      ...faulty,
      kinds: ['e1'],
      sources: ['x'],
      http: { path: '/', rows: '(', rules: [{ field: 'x', state: 'good', what: 'x' }] },
    };
    expect(() => readModel('x', JSON.stringify(broken))).toThrow(/http\.rows: a regular expression; .*\(/);
    expect(() => readModel('y', '{')).toThrow("The gateway model 'y' is no JSON");
    expect(() => readModel('other', readFileSync(join(MODELS, 'generic-e1.json'), 'utf8'))).toThrow(
      "The gateway model 'other' calls itself 'generic-e1'. Give both the same name.",
    );
  });
});

describe('a document beside the catalogue', () => {
  const known = catalogue([MODELS]);

  test.each([
    'docs/examples/gateways.yaml',
    'docs/examples/trunks.yaml',
    'docs/examples/large-branch.yaml',
    'contracts/samples/hangzhou-west.yaml',
  ])('%s fits it', (path) => {
    const source = readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
    expect(checkDocument(source, (branch) => modelFaults(branch, known))).toMatchObject({ ok: true });
  });

  const faults = (document: ReturnType<typeof gateway>): string[] =>
    modelFaults(document, known).map((fault) => faultText(fault, 'en'));

  test('may name any model that is there', () => {
    expect(faults(gateway('generic-fxo', BY_CONSOLE))).toEqual([]);
    expect(faults(gateway(PLAIN))).toEqual([]);
  });

  test('is told which there are', () => {
    expect(faults(gateway('acme'))).toEqual([
      `'gateways.main.model' is 'acme'. Give one of: ${known.names().join(', ')}.`,
    ]);
  });

  test('is told what a model has words for', () => {
    expect(faults(gateway('generic-e1', BY_CONSOLE))).toEqual([
      "There is no field 'gateways.main.watch.console'. Known here: snmp (of model 'generic-e1').",
    ]);
    expect(faults(gateway(PLAIN, BY_CONSOLE))[0]).toContain("'generic' has no words for a watch");
  });
});
