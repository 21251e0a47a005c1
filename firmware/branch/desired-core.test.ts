import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Desired } from '@branchline/contracts/fleet/documents';
import {
  NOTHING_YET,
  step,
  type Effect,
  type Event,
  type State,
  type Text,
  type Up,
  type Verdict,
} from './desired-core.ts';

const WALL = Date.UTC(2026, 10, 22, 9);
const hash = (name: string): string => Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
const text = (name: string): Text => ({ revision: hash(name), source: name });
const wanted = (version: number, confirmWithinS = 120): Desired => ({
  v: 1,
  version,
  revision: hash(`v${version}`),
  source: `v${version}`,
  confirmWithinS,
  overwrite: false,
  author: 'chen',
  reason: 'because',
  at: new Date(WALL).toISOString(),
});

const ALL_UP: Up = { trunks: ['pstn'], phones: ['desk-1', 'desk-2'] };
const NONE_UP: Up = { trunks: [], phones: [] };

/** A box without a disk: what is put is in force, what is saved is what a restart finds. */
class Box {
  state: State = NOTHING_YET;
  kept: State = NOTHING_YET;
  inForce: Text = text('local');
  now = 0;
  wakeAt: number | undefined;
  entered: string[] = [];
  reports = 0;
  disk: 'good' | 'full' = 'good';
  refuses = false;
  /** Every document that was ever in force, in order. */
  readonly history: string[] = ['local'];
  /** The service is killed before this many further effects. */
  killIn: number | undefined;

  feed(event: Event): void {
    const { state, effects } = step(this.state, event, this.now);
    this.state = state;
    let saved = true;
    for (const effect of effects) {
      if (this.killIn !== undefined && this.killIn-- <= 0) throw new Killed();
      saved = this.#perform(effect, saved);
    }
  }

  #perform(effect: Effect, saved: boolean): boolean {
    switch (effect.do) {
      case 'judge':
        this.judge(effect.desired);
        break;
      case 'save':
        if (this.disk === 'full') return false;
        this.kept = structuredClone(this.state);
        break;
      case 'put': {
        const done = this.disk === 'good' && (saved || effect.way === 'back');
        if (done) this.put(effect.text);
        this.feed({ is: done ? 'put' : 'not-put', wall: this.wall });
        break;
      }
      case 'report':
        this.reports++;
        break;
      case 'enter':
        this.entered.push(`${effect.version} ${effect.what}`);
        break;
      case 'wake':
        this.wakeAt = effect.at;
    }
    return saved;
  }

  judge(desired: Desired): void {
    const fault = { code: 'missing', path: 'site', expected: 'a site', severity: 'error' } as const;
    const verdict: Verdict = this.refuses
      ? { ok: false, faults: [fault] }
      : { ok: true, target: text(desired.source), conflicts: [], up: ALL_UP };
    this.feed({ is: 'judged', desired, verdict, inForce: this.inForce, wall: this.wall });
  }

  put(one: Text): void {
    if (one.revision === this.inForce.revision) return;
    this.inForce = one;
    this.history.push(one.source);
    this.feed({ is: 'changed', revision: one.revision, wall: this.wall });
  }

  get wall(): number {
    return WALL + this.now;
  }

  /** Time goes on to the next timer, at most `ms`. */
  wait(ms: number, connected = true, up = ALL_UP): void {
    const until = this.now + ms;
    while (this.wakeAt !== undefined && this.wakeAt <= until) {
      this.now = Math.max(this.now, this.wakeAt);
      this.wakeAt = undefined;
      this.feed({ is: 'due', connected, up, wall: this.wall });
    }
    this.now = until;
  }

  restart(): void {
    this.state = structuredClone(this.kept);
    this.wakeAt = undefined;
    this.killIn = undefined;
    this.feed({ is: 'started', inForce: this.inForce.revision, wall: this.wall });
  }
}
class Killed extends Error {}

describe('a document of headquarters', () => {
  test('stays once headquarters has heard of it and all is well at the end of its window', () => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    expect(box.inForce.source).toBe('v1');
    box.feed({ is: 'heard', revision: hash('v1') });
    box.wait(119_999);
    expect(box.state.trial?.phase).toBe('watching');
    box.wait(1);
    expect(box.state).toMatchObject({ trial: null, common: { version: 1 }, outcome: { state: 'confirmed' } });
    expect(box.entered).toEqual(['1 tried', '1 confirmed']);
  });

  test.each([
    ['headquarters never hears of it', false, true, ALL_UP, 'headquarters-lost'],
    ['headquarters is away at the end', true, false, ALL_UP, 'headquarters-lost'],
    ['every line is gone', true, true, { ...ALL_UP, trunks: [] }, 'trunks-lost'],
    ['every telephone is gone', true, true, { ...ALL_UP, phones: [] }, 'phones-lost'],
  ])('goes back when %s', (_, heard, connected, up, because) => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    if (heard) box.feed({ is: 'heard', revision: hash('v1') });
    box.wait(120_000, connected, up);
    expect(box.inForce.source).toBe('local');
    expect(box.state).toMatchObject({ trial: null, common: null, outcome: { state: 'reverted', because } });
  });

  test('one telephone of two is enough, and what the document takes out is not missed', () => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    box.feed({ is: 'heard', revision: hash('v1') });
    box.wait(120_000, true, { trunks: ['pstn'], phones: ['desk-2'] });
    expect(box.state.outcome?.state).toBe('confirmed');
    const other = new Box();
    const verdict = { ok: true, target: text('v1'), conflicts: [], up: NONE_UP } as const;
    other.feed({ is: 'judged', desired: wanted(1), verdict, inForce: other.inForce, wall: WALL });
    other.feed({ is: 'heard', revision: hash('v1') });
    other.wait(120_000, true, NONE_UP);
    expect(other.state.outcome?.state).toBe('confirmed');
  });

  test('with faults changes nothing, and says which', () => {
    const box = new Box();
    box.refuses = true;
    box.feed({ is: 'desired', desired: wanted(1) });
    expect(box.inForce.source).toBe('local');
    expect(box.state).toMatchObject({ seen: { version: 1 }, common: null, outcome: { state: 'refused' } });
  });

  test('that is the one in force is common at once', () => {
    const box = new Box();
    box.inForce = text('v1');
    box.feed({ is: 'desired', desired: wanted(1) });
    expect(box.state).toMatchObject({ trial: null, common: { version: 1 } });
  });

  test('waits while another is tried; the newest comes next, and none is tried twice', () => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    box.feed({ is: 'desired', desired: wanted(2) });
    box.feed({ is: 'desired', desired: wanted(3) });
    box.feed({ is: 'heard', revision: hash('v1') });
    box.wait(120_000);
    expect(box.inForce.source).toBe('v3');
    expect(box.state.seen?.version).toBe(3);
    box.feed({ is: 'desired', desired: wanted(3) });
    expect(box.history).toEqual(['local', 'v1', 'v3']);
  });

  test('a person at the box who puts in a document of their own has the last word', () => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    box.put(text('by hand'));
    box.wait(600_000, false, NONE_UP);
    expect(box.inForce.source).toBe('by hand');
    expect(box.state).toMatchObject({ trial: null, common: { version: 1 } });
  });

  test('a disk that takes nothing leaves the document in force', () => {
    const box = new Box();
    box.disk = 'full';
    box.feed({ is: 'desired', desired: wanted(1) });
    expect(box.history).toEqual(['local']);
    expect(box.state).toMatchObject({ trial: null, outcome: { state: 'reverted', because: 'not-written' } });
  });

  test('the way back is tried again until the disk takes it', () => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    box.disk = 'full';
    box.wait(120_000, false);
    expect(box.inForce.source).toBe('v1');
    box.disk = 'good';
    box.wait(10_000, false);
    expect(box.inForce.source).toBe('local');
    expect(box.state.outcome).toMatchObject({ state: 'reverted', because: 'headquarters-lost' });
  });
});

describe('a restart within the window', () => {
  test('goes on with what is left of it', () => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    box.wait(100_000);
    box.restart();
    box.wait(19_999, false);
    expect(box.inForce.source).toBe('v1');
    box.wait(1, false);
    expect(box.inForce.source).toBe('local');
  });

  test('by a clock that has jumped takes no longer than one window', () => {
    const box = new Box();
    box.feed({ is: 'desired', desired: wanted(1) });
    const wall = WALL - 10 * 365 * 86_400_000;
    box.state = structuredClone(box.kept);
    box.feed({ is: 'started', inForce: box.inForce.revision, wall });
    box.wait(120_000, false);
    expect(box.inForce.source).toBe('local');
  });
});

/** What may happen to a box, in any order. */
const happening = fc.oneof(
  fc.record({ it: fc.constant('desired' as const), version: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ it: fc.constant('heard' as const) }),
  fc.record({ it: fc.constant('hand' as const), name: fc.constantFrom('hand-a', 'hand-b') }),
  fc.record({ it: fc.constant('wait' as const), s: fc.integer({ min: 1, max: 200 }), well: fc.boolean() }),
  fc.record({ it: fc.constant('kill' as const), after: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ it: fc.constant('disk' as const), full: fc.boolean() }),
);

function happen(box: Box, what: typeof happening extends fc.Arbitrary<infer T> ? T : never): void {
  switch (what.it) {
    case 'desired':
      return box.feed({ is: 'desired', desired: wanted(what.version) });
    case 'heard':
      return box.feed({ is: 'heard', revision: box.inForce.revision });
    case 'hand':
      if (box.disk === 'good') box.put(text(what.name));
      return;
    case 'wait':
      return box.wait(what.s * 1_000, what.well, what.well ? ALL_UP : NONE_UP);
    case 'kill':
      box.killIn = what.after;
      return;
    case 'disk':
      box.disk = what.full ? 'full' : 'good';
  }
}

function live(box: Box, all: readonly Parameters<typeof happen>[1][]): void {
  for (const what of all) {
    try {
      happen(box, what);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      box.restart();
    }
  }
}

test('whatever happens, a trial ends in bounded time, with one of the two documents in force', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (all) => {
      const box = new Box();
      live(box, all);
      box.disk = 'good';
      box.restart();
      const { trial } = box.state;
      if (trial) expect([trial.before.source, trial.target.source]).toContain(box.inForce.source);
      // One window for the trial, one for the next in line, and a retry of a way back.
      box.wait(260_000, false, NONE_UP);
      expect(box.state.trial).toBeNull();
      expect(box.state.next).toBeNull();
    }),
    { numRuns: 500 },
  );
});

test('what nobody confirmed never stays: the document in force is common, made by hand, or the one before', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (all) => {
      const box = new Box();
      live(box, all);
      box.disk = 'good';
      box.restart();
      box.wait(260_000, false, NONE_UP);
      const common = box.state.common?.source;
      const byHand = ['local', 'hand-a', 'hand-b'];
      expect([common, ...byHand]).toContain(box.inForce.source);
    }),
    { numRuns: 500 },
  );
});
