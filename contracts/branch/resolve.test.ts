import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { faultText } from './faults.ts';
import { resolveBranch } from './resolve.ts';

type Raw = Record<string, Record<string, unknown>> & Record<string, unknown>;

const sample = (): Raw =>
  parse(readFileSync(new URL('../samples/hangzhou-west.yaml', import.meta.url), 'utf8')) as Raw;
const faultsOf = (raw: unknown): string[] => {
  const resolution = resolveBranch(raw);
  return resolution.ok ? [] : resolution.faults.map(({ code, path }) => `${code} ${path}`);
};
const at = (raw: Raw, ...path: string[]): Record<string, unknown> =>
  path.reduce<Record<string, unknown>>((value, key) => value[key] as Record<string, unknown>, raw);

describe('the sample branch', () => {
  test('has no fault, and every default, unit and reference is settled', () => {
    const resolution = resolveBranch(sample());
    expect(resolution).toMatchObject({ ok: true, warnings: [] });
    if (!resolution.ok) return;
    const { branch } = resolution;
    expect(branch.queues.service).toMatchObject({
      order: 'longest-idle',
      ringMs: 15_000,
      wrapUpMs: 5_000,
      recording: 'always',
      needs: { refund: 1 },
    });
    expect(branch.phones['desk-2']?.owner).toEqual({ person: 'li.lei', extension: '8002' });
    expect(branch.trunks.pstn?.numbers).toEqual([{ first: '+8657186001000', last: '+8657186001029' }]);
    expect(branch.site.emergencyNumbers).toContain('120');
    expect(branch.survival.phones).toEqual(['desk-1']);
  });

  test('is the same written as JSON', () => {
    expect(resolveBranch(JSON.parse(JSON.stringify(sample())))).toEqual(resolveBranch(sample()));
  });
});

test('twenty faults are named at once, each with its path', () => {
  const raw = sample();
  delete at(raw, 'site').timezone;
  at(raw, 'site').country = 'China';
  at(raw, 'site').colour = 'red';
  at(raw, 'site', 'emergency').notify = ['nobody'];
  at(raw, 'gateways', 'e1-main').kind = 'e2';
  at(raw, 'gateways', 'e1-main').address = 'gateway.example';
  at(raw, 'trunks', 'pstn').channels = 0;
  at(raw, 'trunks', 'pstn').numbers = ['0571 8600 1000'];
  (raw.routes as unknown as Record<string, unknown>[])[0]!.via = ['satellite'];
  at(raw, 'numbers', 'main').to = 'queue nobody';
  at(raw, 'numbers', 'service').number = '8600';
  at(raw, 'people', 'li.lei').extension = '80x';
  at(raw, 'people', 'han.mei').extension = 8001;
  at(raw, 'people', 'zhao.min').phones = ['desk-3'];
  at(raw, 'phones', 'desk-1').mac = 'not-a-mac';
  at(raw, 'hours', 'shop').holidays = ['1 January'];
  at(raw, 'queues', 'service').ring = '15 sec';
  at(raw, 'queues', 'sales').order = 'fastest';
  at(raw, 'recording').announce = 'yes';
  at(raw, 'survival').ring = 'night-shift';
  expect(faultsOf(raw).sort()).toEqual(
    [
      'missing site.timezone',
      'bad-format site.country',
      'unknown-field site.colour',
      'unknown-reference site.emergency.notify[0]',
      'not-one-of gateways.e1-main.kind',
      'bad-format gateways.e1-main.address',
      'out-of-range trunks.pstn.channels',
      'bad-format trunks.pstn.numbers[0]',
      'unknown-reference routes[0].via[0]',
      'unknown-reference numbers.main.to',
      'bad-format numbers.service.number',
      'bad-format people.li.lei.extension',
      'duplicate people.han.mei.extension',
      'duplicate people.zhao.min.phones[0]',
      'bad-format phones.desk-1.mac',
      'bad-format hours.shop.holidays[0]',
      'bad-format queues.service.ring',
      'not-one-of queues.sales.order',
      'wrong-type recording.announce',
      'unknown-reference survival.ring',
    ].sort(),
  );
});

describe('a fault', () => {
  test('names path, value and remedy in both languages', () => {
    const raw = sample();
    at(raw, 'queues', 'service').ring = '15 sec';
    const resolution = resolveBranch(raw);
    const [fault] = resolution.ok ? [] : resolution.faults;
    expect(fault && faultText(fault, 'en')).toBe(
      "'queues.service.ring' is '15 sec'. Give a duration such as 15s, 3m or 1h.",
    );
    expect(fault && faultText(fault, 'zh')).toContain('queues.service.ring');
  });

  test('inside a step names the field of the step that was meant', () => {
    const raw = sample();
    (raw.flows as unknown as Record<string, Record<string, unknown>[]>).welcome![2]!.wait = 'soon';
    expect(faultsOf(raw)).toEqual(['bad-format flows.welcome[2].wait']);
  });

  test.each([[null], ['a text'], [[1, 2]], [42]])(
    'of something that is no document (%o) says what one is',
    (raw) => {
      expect(faultsOf(raw)).toEqual(['not-a-document ']);
    },
  );

  test('flows that only lead to each other are found', () => {
    const raw = sample();
    Object.assign(raw.flows as object, { a: [{ to: 'flow b' }], b: [{ to: 'flow a' }] });
    expect(faultsOf(raw)).toEqual(['no-end flows.a[0]']);
  });
});

test('a queue nobody serves is warned of, and the document is taken', () => {
  const raw = sample();
  Object.assign(raw.queues as object, { returns: {} });
  const resolution = resolveBranch(raw);
  expect(resolution).toMatchObject({
    ok: true,
    warnings: [{ code: 'unserved-queue', path: 'queues.returns', severity: 'warning' }],
  });
});

test('a queue whose agents lack the skill it needs is served by nobody', () => {
  const raw = sample();
  at(raw, 'queues', 'service').needs = { refund: 9 };
  expect(resolveBranch(raw)).toMatchObject({ ok: true, warnings: [{ code: 'unserved-queue' }] });
});
