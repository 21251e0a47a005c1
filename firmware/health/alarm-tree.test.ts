import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarms as catalogue, type AlarmCode } from '@branchline/contracts/alarms';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import {
  acknowledge,
  clear,
  nextTelling,
  openAlarms,
  place,
  raise,
  SETTLE_MS,
  STAYS_MS,
  tell,
} from './alarm-core.ts';
import type { AlarmState, AlarmStep, Moment, Telling } from './alarm-state.ts';
import { treeOf, type Plan, type QuietWindow } from './alarm-tree.ts';
import { dependenceOf, isUnder, placedCodes, thingOf } from './dependence.ts';

const GATEWAYS = 9;
const names = (kind: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${kind}-${index + 1}`);

/** Nine gateways with three trunks each, and a carrier's line. */
const needs = dependenceOf({
  trunks: Object.fromEntries([
    ...names('t', GATEWAYS * 3).map((trunk, index) => [trunk, { gateway: `gw-${(index % GATEWAYS) + 1}` }]),
    ['carrier', { gateway: 'carrier' }],
  ]) as never,
  gateways: {
    carrier: { line: {} },
    ...Object.fromEntries(names('gw', GATEWAYS).map((name) => [name, {}])),
  } as never,
  people: { ann: { agent: { queues: { sales: 1 } }, phones: ['desk-1'] } } as never,
  power: { loads: { fan: { by: 'ups', ups: 'rack' } } } as never,
});

class Book {
  state: AlarmState = new Map();
  readonly events: NewEvent[] = [];
  readonly tellings: Telling[] = [];
  windows: QuietWindow[] = [];
  at: Moment = { now: Date.UTC(2026, 0, 5), monotonic: 0 };
  made = 0;

  get plan(): Plan {
    return { needs, windows: this.windows };
  }

  take(step: AlarmStep): void {
    this.state = step.state;
    this.events.push(...step.events);
    this.tellings.push(...step.tellings);
  }

  raise(code: AlarmCode, subject: string): void {
    this.take(raise(this.state, { code, subject, detail: null, id: `a${++this.made}` }, this.at, this.plan));
  }

  clear(code: AlarmCode, subject: string): void {
    this.take(clear(this.state, { code, subject }, this.at, this.plan));
  }

  pass(ms: number): void {
    this.at = { now: this.at.now + ms, monotonic: this.at.monotonic + ms };
    this.take(tell(this.state, this.at));
  }

  heads(): string[] {
    return [...this.state.values()]
      .filter(({ cause }) => cause === null)
      .map(({ code, subject }) => `${code} ${subject}`);
  }

  causeOf(code: AlarmCode, subject: string): string | undefined {
    const open = [...this.state.values()];
    const cause = open.find((each) => each.code === code && each.subject === subject)?.cause;
    const found = open.find(({ id }) => id === cause);
    return found && `${found.code} ${found.subject}`;
  }
}

describe('a consequence stands under its cause', () => {
  test('ten faults with forty consequences are ten alarms', () => {
    const book = new Book();
    for (const gateway of names('gw', GATEWAYS)) book.raise('gateway-unreachable', gateway);
    book.raise('disk-full', '/data');
    for (const trunk of names('t', 27)) book.raise('trunk-down', trunk);
    for (const recording of names('r', 13)) book.raise('recording-stalled', recording);
    expect(book.state.size).toBe(50);
    expect(book.heads()).toHaveLength(10);
    book.pass(SETTLE_MS);
    expect(book.tellings.map(({ kind }) => kind)).toEqual(Array(10).fill('raised'));
    expect(book.tellings.reduce((sum, { consequences }) => sum + consequences.length, 0)).toBe(40);
    for (const { alarm } of book.tellings) expect(catalogue[alarm.code].advice.en).not.toBe('');
  });

  test('callers wait because the telephones of the agents are gone; and a load stays on because its UPS is not heard', () => {
    const book = new Book();
    book.raise('phone-unreachable', 'desk-1');
    book.raise('ups-lost', 'rack');
    book.pass(300_000);
    book.raise('queue-waiting', 'sales');
    book.raise('queue-unattended', 'support');
    book.raise('load-not-switched', 'fan');
    const causes = [...book.state.values()].map(({ code, cause }) => [code, cause]);
    expect(Object.fromEntries(causes)).toEqual({
      'phone-unreachable': null,
      'ups-lost': null,
      'queue-waiting': 'a1',
      'queue-unattended': null,
      'load-not-switched': 'a2',
    });
  });

  test('a storm of 200 events from ten causes shows ten, however they are mixed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(46), { minLength: 190, maxLength: 190 }), (picks) => {
        const book = new Book();
        const faults: [AlarmCode, string][] = [
          ...names('gw', GATEWAYS).map((gateway): [AlarmCode, string] => ['gateway-unreachable', gateway]),
          ['disk-full', '/data'],
        ];
        const follow: [AlarmCode, string][] = [
          ...names('t', 27).map((trunk): [AlarmCode, string] => ['trunk-down', trunk]),
          ...names('r', 20).map((recording): [AlarmCode, string] => ['recording-stalled', recording]),
        ];
        for (const fault of faults) book.raise(...fault);
        for (const pick of picks) {
          const [code, subject] = follow[pick] ?? ['trunk-down', 't-1'];
          if (book.state.has(`${code}/${subject}`)) book.clear(code, subject);
          else book.raise(code, subject);
          book.pass(100);
          expect(book.heads()).toHaveLength(10);
        }
        book.pass(SETTLE_MS);
        expect(book.tellings).toHaveLength(10);
      }),
      { numRuns: 20 },
    );
  });

  test('over a thing between them that has no alarm of its own', () => {
    const book = new Book();
    book.raise('engine-down', 'engine');
    book.raise('trunk-down', 't-1');
    expect(book.causeOf('trunk-down', 't-1')).toBe('engine-down engine');
    book.raise('gateway-unreachable', 'gw-1');
    expect(book.causeOf('trunk-down', 't-1')).toBe('gateway-unreachable gw-1');
    expect(book.causeOf('gateway-unreachable', 'gw-1')).toBe('engine-down engine');
    expect(book.heads()).toEqual(['engine-down engine']);
  });

  test('what was broken long before its supposed cause is none of it', () => {
    const book = new Book();
    book.raise('trunk-down', 't-1');
    book.pass(61_000);
    book.raise('gateway-unreachable', 'gw-1');
    expect(book.heads()).toEqual(['trunk-down t-1', 'gateway-unreachable gw-1']);
  });

  test("a carrier's line follows the loss of headquarters only when both went at about the same time", () => {
    const book = new Book();
    book.raise('uplink-down', 'hq');
    book.pass(119_000);
    book.raise('trunk-down', 'carrier');
    expect(book.causeOf('trunk-down', 'carrier')).toBe('uplink-down hq');
    const late = new Book();
    late.raise('uplink-down', 'hq');
    late.pass(121_000);
    late.raise('trunk-down', 'carrier');
    expect(late.causeOf('trunk-down', 'carrier')).toBeUndefined();
  });

  test('mains: gateways, telephones and the battery that runs down follow from it, and make it graver', () => {
    const book = new Book();
    book.raise('gateway-unreachable', 'gw-1');
    book.pass(5_000);
    book.raise('on-battery', 'mains');
    book.pass(600_000);
    book.raise('battery-low', 'mains');
    book.raise('phone-unreachable', 'p');
    expect(book.heads()).toEqual(['on-battery mains']);
    book.pass(SETTLE_MS);
    expect(book.tellings.map(({ kind, weight }) => `${kind} ${weight}`)).toEqual([
      'raised major',
      'graver critical',
    ]);
  });

  test('a trunk of a gateway that answers follows from nothing', () => {
    const book = new Book();
    book.raise('gateway-unreachable', 'gw-2');
    book.raise('trunk-down', 't-1');
    expect(book.heads()).toHaveLength(2);
  });
});

describe('people are told', () => {
  test('of the cause alone, also when the consequence was noticed first', () => {
    const book = new Book();
    book.raise('trunk-down', 't-1');
    book.pass(SETTLE_MS - 1);
    expect(book.tellings).toEqual([]);
    book.raise('gateway-unreachable', 'gw-1');
    expect(book.events.at(-1)).toMatchObject({ type: 'alarm.placed', body: { alarm: 'a1', cause: 'a2' } });
    book.pass(SETTLE_MS);
    expect(book.tellings).toMatchObject([
      { kind: 'raised', alarm: { id: 'a2' }, consequences: [{ id: 'a1' }] },
    ]);
  });

  test('of a consequence that stays when its cause is gone, after it has had time to follow', () => {
    const book = new Book();
    book.raise('gateway-unreachable', 'gw-1');
    book.raise('trunk-down', 't-1');
    book.pass(SETTLE_MS);
    book.clear('gateway-unreachable', 'gw-1');
    expect(book.events.at(-1)).toMatchObject({ type: 'alarm.placed', body: { alarm: 'a2' } });
    expect(book.events.at(-1)?.body).not.toHaveProperty('cause');
    book.pass(STAYS_MS - 1);
    expect(book.tellings.map(({ kind }) => kind)).toEqual(['raised', 'cleared']);
    book.pass(1);
    expect(book.tellings.at(-1)).toMatchObject({ kind: 'raised', alarm: { id: 'a2' } });
  });

  test('nothing of what is over before it has settled', () => {
    const book = new Book();
    book.raise('trunk-down', 't-1');
    book.pass(SETTLE_MS - 1);
    book.clear('trunk-down', 't-1');
    book.pass(SETTLE_MS);
    expect(book.tellings).toEqual([]);
    expect(book.events.map(({ type }) => type)).toEqual(['alarm.raised', 'alarm.cleared']);
  });

  test('once more when a consequence makes it graver, and at once of an emergency', () => {
    const book = new Book();
    book.raise('uplink-down', 'hq');
    book.pass(SETTLE_MS);
    book.raise('trunk-down', 'carrier');
    book.pass(SETTLE_MS - 1);
    expect(book.tellings.map(({ weight }) => weight)).toEqual(['info']);
    book.pass(1);
    expect(book.tellings.map(({ kind, weight }) => `${kind} ${weight}`)).toEqual([
      'raised info',
      'graver major',
    ]);
    book.raise('emergency-call', '8001');
    book.pass(0);
    expect(book.tellings.at(-1)).toMatchObject({ kind: 'raised', alarm: { code: 'emergency-call' } });
    book.pass(600_000);
    expect(book.tellings).toHaveLength(3);
  });

  test('no more of what somebody looks after, but that it is over', () => {
    const book = new Book();
    book.raise('trunk-down', 't-1');
    const step = acknowledge(book.state, { id: 'a1', who: 'li', note: 'on my way' }, book.at);
    if (step) book.take(step);
    expect(book.events.at(-1)).toMatchObject({
      type: 'alarm.acknowledged',
      body: { who: 'li', note: 'on my way' },
    });
    book.pass(SETTLE_MS);
    expect(book.tellings).toEqual([]);
    expect(acknowledge(book.state, { id: 'other', who: 'li', note: null }, book.at)).toBeUndefined();
  });
});

describe('a maintenance window', () => {
  test('keeps its thing and what needs it quiet, and lets forward what stays', () => {
    const book = new Book();
    book.windows = [{ id: 'w', what: ['gateway gw-1'] }];
    book.raise('gateway-unreachable', 'gw-1');
    book.raise('trunk-down', 't-1');
    book.raise('trunk-down', 't-2');
    book.pass(SETTLE_MS);
    expect(book.tellings.map(({ alarm }) => alarm.subject)).toEqual(['t-2']);
    expect(book.events[0]?.body).toMatchObject({ window: 'w' });
    book.windows = [];
    book.take(place(book.state, book.plan, book.at));
    book.pass(STAYS_MS);
    expect(book.tellings.map(({ alarm }) => alarm.subject)).toEqual(['t-2', 'gw-1']);
  });

  test('of headquarters hides no line of a carrier that fails with it', () => {
    const book = new Book();
    book.windows = [{ id: 'w', what: ['uplink'] }];
    book.raise('uplink-down', 'hq');
    book.raise('trunk-down', 'carrier');
    book.pass(SETTLE_MS);
    expect(book.tellings.map(({ alarm }) => alarm.code)).toEqual(['trunk-down']);
  });

  test('of everything keeps what has no place in the tree quiet as well', () => {
    expect(isUnder(thingOf('document-rejected', 'document'), new Set(['everything']), needs)).toBe(true);
    expect(isUnder(thingOf('document-rejected', 'document'), new Set(['engine']), needs)).toBe(false);
    expect(isUnder(thingOf('trunk-down', 't-1'), new Set(['mains']), needs)).toBe(true);
  });
});

test('after a restart an alarm that people know of is not told again', () => {
  const book = new Book();
  book.raise('trunk-down', 't-1');
  book.pass(SETTLE_MS);
  const kept = [...book.state.values()];
  book.state = openAlarms(kept, book.at);
  book.pass(10 * SETTLE_MS);
  expect(book.tellings).toHaveLength(1);
  book.clear('trunk-down', 't-1');
  expect(book.tellings.at(-1)?.kind).toBe('cleared');
});

test('whatever comes and goes: raised is cleared and open, each open alarm stands under exactly one head, and the ledger tells the same', () => {
  const codes = placedCodes.filter((code) => Object.hasOwn(catalogue, code)) as AlarmCode[];
  const happening = fc.record({
    code: fc.constantFrom<AlarmCode>(...codes, 'emergency-call', 'clock-jumped'),
    subject: fc.constantFrom('t-1', 't-2', 'gw-1', 'gw-2', 'carrier', '/data', 'x'),
    up: fc.boolean(),
    passMs: fc.constantFrom(0, 1, 10_000, 61_000, 200_000),
    quiet: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const book = new Book();
      for (const { code, subject, up, passMs, quiet } of happenings) {
        book.windows = quiet ? [{ id: 'w', what: ['uplink', 'gateway gw-1', 'trunk t-2'] }] : [];
        book.take(place(book.state, book.plan, book.at));
        if (up) book.raise(code, subject);
        else book.clear(code, subject);
        book.pass(passMs);
        expect(nextTelling(book.state, book.at) ?? Infinity).toBeGreaterThan(book.at.monotonic);
        const tree = treeOf(book.state);
        const open = new Map([...book.state.values()].map((each) => [each.id, each]));
        for (const [head, beneath] of tree)
          if (open.get(head)?.window !== null)
            expect(beneath.every(({ window }) => window !== null)).toBe(true);
        const all = [...tree].flatMap(([head, beneath]) => [head, ...beneath.map(({ id }) => id)]);
        expect(all.toSorted()).toEqual([...book.state.values()].map(({ id }) => id).toSorted());
      }
      const count = (type: string): number => book.events.filter((event) => event.type === type).length;
      expect(count('alarm.raised')).toBe(count('alarm.cleared') + book.state.size);
      expect(placesTold(book.events)).toEqual(
        Object.fromEntries([...book.state.values()].map(({ id, cause, window }) => [id, [cause, window]])),
      );
      for (const event of book.events) eventBodies[event.type].parse(event.body);
    }),
    { numRuns: 300 },
  );
});

/** Where each open alarm stands by the ledger alone. */
function placesTold(events: readonly NewEvent[]): Record<string, [string | null, string | null]> {
  const places = new Map<string, [string | null, string | null]>();
  for (const { type, body } of events) {
    if (type === 'alarm.raised' || type === 'alarm.placed')
      places.set(body.alarm, [body.cause ?? null, body.window ?? null]);
    if (type === 'alarm.cleared') places.delete(body.alarm);
  }
  return Object.fromEntries(places);
}
