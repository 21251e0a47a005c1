import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NotifyWay } from '@branchline/contracts/branch/notify';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import type { Notice } from '@branchline/contracts/notice';
import { due, lookIn, notifyStep, type NotifyStep } from './core.ts';
import { NOTHING_TOLD, type NotifyState } from './state.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const NOON = Date.UTC(2026, 0, 5, 12);

const way = (more: Partial<NotifyWay> = {}): NotifyWay => ({
  ...{ name: 'duty', target: { kind: 'mail', to: ['duty@shop.example'] }, from: 'warning', language: 'en' },
  most: { notices: 3, withinMs: 10 * MINUTE_MS },
  ...more,
});

function notice(id: string, more: Partial<Notice> = {}, code = 'trunk-down'): Notice {
  const at = '2026-01-05T12:00:00.000Z';
  const alarm = { id, code, severity: 'major', subject: 'e1', detail: null, since: at } as const;
  return { kind: 'raised', at, alarm, weight: 'major', consequences: [], consequencesInAll: 0, ...more };
}

class Post {
  state: NotifyState = NOTHING_TOLD;
  readonly events: NewEvent[] = [];
  readonly failing: NotifyStep['failing'][number][] = [];
  now = NOON;
  ways: Record<string, NotifyWay>;
  #made = 0;

  constructor(...ways: NotifyWay[]) {
    this.ways = Object.fromEntries(ways.map((each) => [each.name, each]));
  }

  #take(event: { type: string } & Record<string, unknown>): void {
    const newId = (): string => `m${++this.#made}`;
    const minuteOfDay = Math.floor((this.now % DAY_MS) / MINUTE_MS);
    const step = notifyStep(this.state, { ...event, newId } as never, this.ways, {
      now: this.now,
      minuteOfDay,
    });
    this.state = step.state;
    this.events.push(...step.events);
    this.failing.push(...step.failing);
  }

  tell = (told: Notice): void => this.#take({ type: 'notice', notice: told });
  taken = (message: string): void => this.#take({ type: 'taken', message });
  refused = (message: string): void => this.#take({ type: 'refused', message, detail: 'answered with 503' });
  pass(ms: number): void {
    this.now += ms;
    this.#take({ type: 'look' });
  }
  /** What is due, as 'id: alarms'. */
  due = (): string[] =>
    due(this.state, this.now).map(
      ({ id, notices }) => `${id}: ${notices.map(({ alarm, kind }) => `${alarm.id} ${kind}`).join()}`,
    );
}

describe('a way', () => {
  test('is told at once, and kept until it is taken', () => {
    const post = new Post(way());
    post.tell(notice('a'));
    expect(post.due()).toEqual(['m1: a raised']);
    post.taken('m1');
    expect(post.due()).toEqual([]);
    expect(post.state.past).toMatchObject([{ id: 'm1', taken: true, tries: 1 }]);
    expect(post.events).toMatchObject([{ type: 'notice.sent', body: { way: 'duty', alarms: ['a'] } }]);
    for (const event of post.events) eventBodies[event.type].parse(event.body);
  });

  test('hears nothing of what is less grave than it wants, nor that it is over', () => {
    const post = new Post(way({ from: 'critical' }));
    post.tell(notice('a'));
    post.tell(notice('a', { kind: 'cleared' }));
    expect(post.due()).toEqual([]);
  });

  test('is tried again with growing waits, is an alarm from the second time on, and is given up after a day', () => {
    const post = new Post(way());
    post.tell(notice('a'));
    const waits: number[] = [];
    while (post.state.waiting.length > 0) {
      post.refused('m1');
      const wait = lookIn(post.state, post.ways, { now: post.now, minuteOfDay: 0 });
      if (wait === undefined) break;
      waits.push(wait / 1000);
      post.pass(wait);
    }
    expect(waits.slice(0, 5)).toEqual([30, 120, 600, 1800, 1800]);
    expect(waits.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(86_400);
    expect(post.failing[0]).toEqual({ way: 'duty', detail: 'answered with 503' });
    expect(post.failing).toHaveLength(waits.length);
    expect(post.events).toMatchObject([{ type: 'notice.failed', body: { detail: 'answered with 503' } }]);
  });

  test('that was away gets one message of what came meanwhile, in its order, without what came and went', () => {
    const post = new Post(way());
    post.tell(notice('a'));
    post.refused('m1');
    for (const id of ['b', 'c', 'd']) post.tell(notice(id));
    post.tell(notice('c', { kind: 'cleared' }));
    post.tell(notice('a', { kind: 'cleared' }));
    post.pass(30_000);
    expect(post.due()).toEqual(['m1: a raised']);
    post.taken('m1');
    expect(post.due()).toEqual(['m2: b raised,d raised,a cleared']);
  });

  test('that is told too much gets the rest together', () => {
    const post = new Post(way());
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      post.tell(notice(id));
      const [head] = due(post.state, post.now);
      if (head) post.taken(head.id);
    }
    expect(post.state.past).toHaveLength(3);
    const wait = lookIn(post.state, post.ways, { now: post.now, minuteOfDay: 0 });
    expect(wait).toBe(10 * MINUTE_MS);
    post.pass(10 * MINUTE_MS);
    expect(post.due()).toEqual(['m4: d raised,e raised']);
  });

  test('has its quiet hours over midnight, but for what is grave enough', () => {
    const quiet = { from: 22 * 60, to: 7 * 60, except: 'critical' } as const;
    const post = new Post(way({ quiet }));
    post.now = Date.UTC(2026, 0, 5, 23);
    post.tell(notice('a'));
    expect(post.due()).toEqual([]);
    post.pass(7 * 60 * MINUTE_MS);
    expect(post.due()).toEqual([]);
    post.pass(60 * MINUTE_MS);
    expect(post.due()).toEqual(['m1: a raised']);
    post.taken('m1');
    post.now = Date.UTC(2026, 0, 6, 23);
    post.tell(notice('b'));
    post.tell(notice('c', { weight: 'critical' }));
    expect(post.due()).toEqual(['m2: b raised,c raised']);
  });

  test('that fails does not tell of itself, and others do', () => {
    const post = new Post(way(), way({ name: 'nms' }));
    const failed = notice('f', {}, 'notify-failed');
    post.tell({ ...failed, alarm: { ...failed.alarm, subject: 'duty' } });
    expect(post.state.waiting.map((message) => message.way)).toEqual(['nms']);
  });

  test('that the document has no more is told nothing', () => {
    const post = new Post(way());
    post.tell(notice('a'));
    post.ways = {};
    post.pass(1);
    expect(post.state).toMatchObject({ ways: {}, waiting: [] });
  });
});

test('over, there again and over again behind a message that is not taken yet: told as over', () => {
  const post = new Post(way());
  post.tell(notice('a'));
  post.tell(notice('a', { kind: 'cleared' }));
  post.tell(notice('a'));
  post.tell(notice('a', { kind: 'cleared' }));
  const [head] = due(post.state, post.now);
  post.taken(head?.id ?? '');
  post.pass(20 * MINUTE_MS);
  expect(post.state.waiting.map(({ notices }) => notices.map(({ kind }) => kind))).toEqual([['cleared']]);
});

test('whatever happens, each notice is taken once, given up, gathered, or over before it was told', () => {
  const happening = fc.record({
    what: fc.constantFrom('raised', 'cleared', 'taken', 'refused'),
    alarm: fc.constantFrom('a', 'b', 'c', 'd'),
    passMs: fc.constantFrom(0, 1_000, MINUTE_MS, 20 * MINUTE_MS),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), (happenings) => {
      const post = new Post(way());
      const open = new Set<string>();
      for (const { what, alarm, passMs } of happenings) {
        const [head] = due(post.state, post.now);
        if (what === 'raised' && !open.has(alarm)) {
          open.add(alarm);
          post.tell(notice(alarm));
        } else if (what === 'cleared' && open.delete(alarm)) post.tell(notice(alarm, { kind: 'cleared' }));
        else if (what === 'taken' && head) post.taken(head.id);
        else if (what === 'refused' && head) post.refused(head.id);
        post.pass(passMs);
        expect(new Set(post.state.waiting.map((message) => message.way)).size).toBe(
          post.state.waiting.length,
        );
      }
      const isLeft = (): boolean =>
        post.state.waiting.length > 0 || Object.values(post.state.ways).some(({ held }) => held.length > 0);
      for (let round = 0; round < 50 && isLeft(); round += 1) {
        const [head] = due(post.state, post.now);
        if (head) post.taken(head.id);
        post.pass(20 * MINUTE_MS);
      }
      const believed = new Set<string>();
      for (const { alarm, kind } of post.state.past.toReversed().flatMap(({ notices }) => notices)) {
        expect(believed.has(alarm.id)).toBe(kind === 'cleared');
        if (kind === 'cleared') believed.delete(alarm.id);
        else believed.add(alarm.id);
      }
      // Who was told everything knows in the end what is open.
      if (post.state.past.length < 100) expect(believed).toEqual(open);
    }),
    { numRuns: 2_000 },
  );
});
