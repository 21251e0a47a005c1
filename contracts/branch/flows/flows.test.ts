import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { faultText, type Fault } from '../faults.ts';
import { resolveBranch } from '../resolve.ts';

const sample = readFileSync(new URL('../../samples/hangzhou-west.yaml', import.meta.url), 'utf8');

/** The sample branch with flows of the test's own, and a voicemail box. */
function documentWith(flows: string): Record<string, unknown> {
  const raw = parse(sample) as Record<string, unknown>;
  raw.flows = { ...(raw.flows as object), ...(parse(flows) as object) };
  raw.voicemail = { shop: { name: 'Shop', people: ['wang.fang'] } };
  return raw;
}
function faults(flows: string): readonly Fault[] {
  const resolution = resolveBranch(documentWith(flows));
  const all = resolution.ok ? resolution.warnings : resolution.faults;
  return all.filter(({ code }) => code !== 'unused');
}
const told = (flows: string): string[] => faults(flows).map(({ code, path }) => `${code} ${path}`);
function graph(flows: string, name = 'f') {
  const resolution = resolveBranch(documentWith(flows));
  if (!resolution.ok) throw new Error(resolution.faults.map((fault) => faultText(fault, 'en')).join('\n'));
  const flow = resolution.branch.flows[name];
  if (!flow) throw new Error(`no flow ${name}`);
  return flow;
}

describe('a flow becomes a graph', () => {
  const written = `
    f:
      - play: { say: { zh: 您好, en: Hello } }
      - hours: shop
        closed: [{ play: closed }, { to: voicemail shop }]
      - when: { caller: ['+86 571*', anonymous], days: sat-sun, time: '09:00-12:00' }
        then: [{ set: { tags: [near] } }, { to: next }]
      - collect: account
        ask: { say: 'Your account, {caller}' }
        digits: { min: 4, max: 8 }
        none: outside +86 571 8600 2000
      - look-up: https://crm.example/who?account={account}
        take: { name: customer.name }
        within: 1.5s
        failed: next
      - { to: queue sales }`;

  test('whose nodes are named by where their steps stand', () => {
    const { start, nodes } = graph(written);
    expect(start).toEqual({ node: '1' });
    expect(Object.keys(nodes).sort()).toEqual(['1', '2', '2.closed.1', '3', '3.then.1', '4', '5']);
    expect(nodes['1']).toEqual({
      kind: 'play',
      prompt: { kind: 'say', text: { zh: '您好', en: 'Hello' } },
      next: { node: '2' },
    });
    expect(nodes['2']).toMatchObject({
      open: { node: '3' },
      closed: { node: '2.closed.1' },
      holiday: { node: '2.closed.1' },
    });
    expect(nodes['2.closed.1']).toMatchObject({ next: { to: { kind: 'voicemail', name: 'shop' } } });
    expect(nodes['3']).toMatchObject({
      condition: {
        callers: [{ prefix: '+86571' }, { anonymous: true }],
        days: [5, 6],
        time: { from: 540, to: 720 },
      },
      else: { node: '4' },
    });
    expect(nodes['3.then.1']).toMatchObject({ next: { node: '4' } });
    expect(nodes['4']).toMatchObject({
      min: 4,
      max: 8,
      end: '#',
      waitMs: 5_000,
      tries: 2,
      none: { to: { kind: 'outside', number: '+8657186002000' } },
    });
    const sales = { to: { kind: 'queue', name: 'sales' } };
    expect(nodes['5']).toMatchObject({
      method: 'GET',
      withinMs: 1_500,
      take: { name: ['customer', 'name'] },
      next: sales,
      failed: sales,
    });
  });

  test('whose version changes with any of its words, and with nothing else', () => {
    const version = graph(written).version;
    expect(graph(`${written}\n    g: [{ to: hang-up }]`).version).toBe(version);
    expect(graph(written.replace('您好', '你好')).version).not.toBe(version);
    expect(version).toMatch(/^[0-9a-f]{8}$/);
  });

  test('with a language of its own', () => {
    expect(graph('f: { language: en, steps: [{ to: queue sales }] }')).toMatchObject({
      language: 'en',
      start: { to: { kind: 'queue', name: 'sales' } },
    });
  });
});

describe('ends', () => {
  test.each([
    ['a flow that ends with a prompt', 'f: [{ play: welcome }]', 'dead-end flows.f[0]'],
    [
      'a way that ends with a prompt',
      'f: [{ hours: shop, closed: [{ play: closed }] }, { to: hang-up }]',
      'dead-end flows.f[0].closed[0]',
    ],
    [
      'next, with nothing after it',
      'f: [{ menu: m, digits: { 1: next }, none: hang-up }]',
      'dead-end flows.f[0].digits.1',
    ],
    [
      'next in a list, with nothing after its step',
      'f: [{ menu: m, digits: { 1: [{ to: next }] }, none: hang-up }]',
      'dead-end flows.f[0].digits.1[0].to',
    ],
    ['next on the top', 'f: [{ to: next }]', 'dead-end flows.f[0].to'],
    ['a condition without else', 'f: [{ when: { tag: vip }, then: hang-up }]', 'dead-end flows.f[0]'],
    [
      'a step behind a destination',
      'f: [{ to: hang-up }, { play: closed }, { to: hang-up }]',
      'unreachable flows.f[1]',
    ],
    [
      'a step behind a menu',
      'f: [{ menu: m, digits: { 1: hang-up }, none: hang-up }, { to: hang-up }]',
      'unreachable flows.f[1]',
    ],
  ])('%s: %s', (_, flows, fault) => {
    expect(told(flows)).toEqual([fault]);
  });

  test('a step that only next leads to is reached', () => {
    expect(told('f: [{ menu: m, digits: { 1: next }, none: hang-up }, { to: queue sales }]')).toEqual([]);
    expect(
      told('f: [{ when: { tag: vip }, then: hang-up, else: [{ to: next }] }, { to: queue sales }]'),
    ).toEqual([]);
  });
});

describe('a caller who presses nothing comes out', () => {
  const ring = (flows: string): unknown[] => faults(flows).map(({ code, value }) => [code, value]);

  test('of a ring of prompts', () => {
    expect(ring('{ a: [{ play: welcome }, { to: flow b }], b: [{ to: flow a }] }')).toEqual([
      ['no-end', 'flows.a[0] -> flows.a[1] -> flows.b[0] -> flows.a[0]'],
    ]);
  });

  test('of a menu that leads back to itself in silence', () => {
    expect(told('f: [{ menu: m, digits: { 1: hang-up }, none: flow f }]')).toEqual(['no-end flows.f[0]']);
  });

  test('of a look-up that is asked again when it fails', () => {
    expect(told("f: [{ look-up: 'http://h/x', failed: flow f }, { to: hang-up }]")).toEqual([
      'no-end flows.f[0]',
    ]);
  });

  test('but a digit may lead back: there a caller decides', () => {
    expect(told('f: [{ menu: m, digits: { 9: flow f }, none: hang-up }]')).toEqual([]);
    expect(told('f: [{ collect: pin, ask: m, digits: 4, none: hang-up }, { to: flow f }]')).toEqual([]);
  });
});

test('unknown names are told all at once, each with path, value and remedy', () => {
  const flows = `
    f:
      - { hours: night, closed: voicemail nobody }
      - { when: { variable: colour, is: red }, then: queue nobody }
      - { set: { after: flow nowhere, variables: { a: '{b}' } } }
      - { play: { say: 'Your number is {account}' } }
      - { menu: m, digits: { 1: queue nobody }, none: extension 9999 }`;
  const all = faults(flows);
  expect(all.map(({ path }) => path)).toEqual([
    'flows.f[0].hours',
    'flows.f[0].closed',
    'flows.f[1].then',
    'flows.f[2].set.after',
    'flows.f[4].none',
    'flows.f[4].digits.1',
    'flows.f[1].when.variable',
    'flows.f[2].set.variables.a',
    'flows.f[3].play.say',
  ]);
  expect(new Set(all.map(({ code }) => code))).toEqual(new Set(['unknown-reference']));
  const account = all.find(({ value }) => value === 'account');
  expect(account && faultText(account, 'en')).toBe(
    "'flows.f[3].play.say' names 'account', which is not in this document. Known: a, caller, dialled, number.",
  );
  expect(account && faultText(account, 'zh')).toContain('已有：a, caller, dialled, number');
});

describe('the shape of a step', () => {
  test.each([
    ['f: [{ sing: song }]', 'wrong-type flows.f[0]'],
    ['f: [{ menu: m, digit: { 1: hang-up }, none: hang-up }]', 'missing flows.f[0].digits'],
    ['f: [{ menu: m, digits: {}, none: hang-up }]', 'bad-format flows.f[0].digits'],
    ['f: [{ menu: m, digits: { 12: hang-up }, none: hang-up }]', 'bad-format flows.f[0].digits.12'],
    ['f: [{ menu: m, digits: { 1: queue }, none: hang-up }]', 'bad-format flows.f[0].digits.1'],
    [
      'f: [{ collect: PIN, ask: m, digits: 4, none: hang-up }, { to: hang-up }]',
      'bad-format flows.f[0].collect',
    ],
    ['f: [{ play: { say: "Hello {name" } }, { to: hang-up }]', 'bad-format flows.f[0].play.say'],
    ['f: [{ play: { sing: "la" } }, { to: hang-up }]', 'wrong-type flows.f[0].play'],
    [
      "f: [{ look-up: 'https://{caller}.example/', failed: next }, { to: hang-up }]",
      'bad-format flows.f[0].look-up',
    ],
    ["f: [{ look-up: 'https://u:p@h/', failed: next }, { to: hang-up }]", 'bad-format flows.f[0].look-up'],
    [
      "f: [{ look-up: 'http://h/', failed: next, within: 1m }, { to: hang-up }]",
      'bad-format flows.f[0].within',
    ],
    [
      "f: [{ look-up: 'http://h/', failed: next, send: { a: '1' } }, { to: hang-up }]",
      'bad-format flows.f[0]',
    ],
    ['f: [{ when: {}, then: hang-up }, { to: hang-up }]', 'bad-format flows.f[0].when'],
    [
      'f: [{ when: { caller: [0571] }, then: hang-up }, { to: hang-up }]',
      'wrong-type flows.f[0].when.caller[0]',
    ],
    ['f: [{ set: {} }, { to: hang-up }]', 'bad-format flows.f[0].set'],
    [
      'f: [{ survey: s, questions: [{ id: q, ask: m, digits: 5-1 }] }, { to: hang-up }]',
      'bad-format flows.f[0].questions[0].digits',
    ],
    ['f: [{ to: outside 110 }]', 'bad-format flows.f[0].to'],
    [
      'f: [{ hours: shop, closed: [{ to: next, wait: 1s }] }, { to: hang-up }]',
      'unknown-field flows.f[0].closed[0].wait',
    ],
    ['f: { language: fr, steps: [{ to: hang-up }] }', 'not-one-of flows.f.language'],
  ])('%s', (flows, fault) => {
    expect(told(flows)).toContain(fault);
  });

  test('a field that is not known is told with those that are', () => {
    const [fault] = faults('f: [{ menu: m, digits: { 1: hang-up }, none: hang-up, timeout: 5s }]');
    expect(fault).toMatchObject({
      path: 'flows.f[0].timeout',
      expected: 'menu, digits, none, wrong, wait, tries',
    });
  });
});

test('a voicemail box names people and a way for mail', () => {
  const raw = documentWith('f: [{ to: voicemail shop }]');
  raw.voicemail = { shop: { name: 'Shop', people: ['nobody'], mail: ['not mail'], longest: '1h' } };
  raw.mail = { server: 'mail.example:99999', from: 'box@shop.example' };
  const resolution = resolveBranch(raw);
  expect(resolution.ok ? [] : resolution.faults.map(({ path }) => path).sort()).toEqual([
    'mail.server',
    'voicemail.shop.longest',
    'voicemail.shop.mail[0]',
    'voicemail.shop.people[0]',
  ]);
});
