import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DRAIN_TUNING,
  idleDrain,
  stepDrain,
  type DrainEffect,
  type DrainEvent,
  type DrainState,
} from './drain-core.ts';

/** A history of 20 events is a long one here: small numbers say as much. */
const T = { ...DRAIN_TUNING, history: 20 };

/** Feeds events one by one; each is given with its moment. Returns the effects of the last. */
function after(...story: readonly (readonly [number, DrainEvent])[]): {
  state: DrainState;
  effects: readonly DrainEffect[];
} {
  let state = idleDrain(T);
  let effects: readonly DrainEffect[] = [];
  for (const [now, event] of story) ({ state, effects } = stepDrain(state, event, now, T));
  return { state, effects };
}
const connected = (acked: number, newest: number): DrainEvent => ({ is: 'connected', acked, newest });
const sent = (upto: number): DrainEvent => ({ is: 'sent', purpose: 'report', upto });

describe('reporting', () => {
  test('what waited for the connection goes at once', () => {
    expect(after([0, connected(3, 9)]).effects).toEqual([
      { do: 'send', purpose: 'report', stretch: { from: 4, to: 9 } },
    ]);
  });

  test('a live event waits for company, then goes', () => {
    expect(after([0, connected(9, 9)], [50, { is: 'appended', newest: 10 }]).effects).toEqual([
      { do: 'wake', at: 250 },
    ]);
    const due = after([0, connected(9, 9)], [50, { is: 'appended', newest: 10 }], [250, { is: 'due' }]);
    expect(due.effects).toContainEqual({ do: 'send', purpose: 'report', stretch: { from: 10, to: 10 } });
  });

  test('a full frame waits for nobody', () => {
    const full = after([0, connected(0, 0)], [50, { is: 'appended', newest: T.fullFrame }]);
    expect(full.effects).toContainEqual(expect.objectContaining({ do: 'send' }));
  });

  test('frames beyond the window wait for a word', () => {
    const story: [number, DrainEvent][] = [
      [0, connected(0, 0)],
      [0, { is: 'appended', newest: 10_000 }],
    ];
    for (let frame = 1; frame <= T.window; frame++) {
      story.push([frame * 100, sent(frame * 500)], [frame * 100 + T.gapMs, { is: 'due' }]);
    }
    const full = after(...story);
    expect(full.effects).toEqual([{ do: 'wake', at: 100 + T.patienceMs }]);
    const freed = stepDrain(full.state, { is: 'ack', upto: 500 }, 1000, T);
    expect(freed.effects).toEqual([
      { do: 'release', upto: 500 },
      { do: 'send', purpose: 'report', stretch: { from: 2001, to: 10_000 } },
    ]);
  });

  test('nothing is done while disconnected', () => {
    const story = after(
      [0, connected(0, 5)],
      [1, { is: 'disconnected' }],
      [2, { is: 'appended', newest: 6 }],
    );
    expect(story.effects).toEqual([]);
  });
});

describe("headquarters' silence", () => {
  const silent: [number, DrainEvent][] = [
    [0, connected(0, 5)],
    [0, sent(5)],
  ];

  test('brings everything unacknowledged again, each time after a longer wait', () => {
    const first = after(...silent, [T.patienceMs, { is: 'due' }]);
    expect(first.effects).toEqual([
      { do: 'complain', about: 'resending', number: 1 },
      { do: 'send', purpose: 'report', stretch: { from: 1, to: 5 } },
    ]);
    const second = stepDrain(first.state, sent(5), T.patienceMs, T);
    expect(second.effects).toContainEqual({ do: 'wake', at: T.patienceMs + T.patienceMs * 2 });
  });

  test('is over with a word', () => {
    const word = after(...silent, [T.patienceMs - 1, { is: 'ack', upto: 5 }], [T.patienceMs, { is: 'due' }]);
    expect(word.effects).toEqual([]);
  });
});

describe('words of headquarters', () => {
  test('an acknowledgement of what was never given changes nothing', () => {
    const { state } = after([0, connected(0, 5)], [0, sent(5)]);
    const odd = stepDrain(state, { is: 'ack', upto: 6 }, 1, T);
    expect(odd.state).toEqual(state);
    expect(odd.effects).toContainEqual({ do: 'complain', about: 'ack-beyond-newest', number: 6 });
  });

  test('an acknowledgement of an earlier connection counts', () => {
    const ahead = after(
      [0, connected(0, 19)],
      [0, sent(5)],
      [1, { is: 'ack', upto: 12 }],
      [50, { is: 'due' }],
    );
    expect(ahead.effects).toContainEqual({ do: 'send', purpose: 'report', stretch: { from: 13, to: 19 } });
  });

  test('a question is answered in pieces, one on its way at a time', () => {
    const asked = after([0, connected(9, 9)], [1, { is: 'asked', stretch: { from: 2, to: 7 } }]);
    expect(asked.effects).toEqual([{ do: 'send', purpose: 'answer', stretch: { from: 2, to: 7 } }]);
    const piece = stepDrain(asked.state, { is: 'sent', purpose: 'answer', upto: 4 }, 2, T);
    expect(stepDrain(piece.state, { is: 'due' }, 100, T).effects).toEqual([]);
    const next = stepDrain(piece.state, { is: 'delivered', purpose: 'answer' }, 100, T);
    expect(next.effects).toEqual([{ do: 'send', purpose: 'answer', stretch: { from: 5, to: 7 } }]);
  });

  test('a question beyond the newest number is cut, one wholly beyond it or asked already is dropped', () => {
    const ask = (from: number, to: number): DrainEvent => ({ is: 'asked', stretch: { from, to } });
    const { state } = after([0, connected(9, 9)], [1, ask(2, 70)], [1, ask(10, 12)], [1, ask(3, 4)]);
    expect(state.asked).toEqual([{ from: 2, to: 9 }]);
  });
});

describe('after a long absence', () => {
  const long = connected(0, 5_000);
  const history = (upto: number): DrainEvent => sent(upto);
  const live = (upto: number): DrainEvent => ({ is: 'sent', purpose: 'live', upto });

  test('the history goes one frame at a time, and rests after each as long as it took', () => {
    const first = after([0, long]);
    expect(first.effects).toEqual([{ do: 'send', purpose: 'report', stretch: { from: 1, to: 5_000 } }]);
    const waiting = after([0, long], [0, history(500)], [50, { is: 'due' }]);
    expect(waiting.effects.filter((effect) => effect.do === 'send')).toEqual([]);
    const rested = after([0, long], [0, history(500)], [300, { is: 'ack', upto: 500 }]);
    expect(rested.effects).toEqual([
      { do: 'release', upto: 500 },
      { do: 'wake', at: 600 },
    ]);
    expect(stepDrain(rested.state, { is: 'due' }, 600, T).effects).toEqual([
      { do: 'send', purpose: 'report', stretch: { from: 501, to: 5_000 } },
    ]);
  });

  test('what happens meanwhile goes at once, in front of it', () => {
    const meanwhile = after(
      [0, long],
      [0, history(500)],
      [100, { is: 'appended', newest: 5_003 }],
      [300, { is: 'due' }],
    );
    expect(meanwhile.effects).toEqual([{ do: 'send', purpose: 'live', stretch: { from: 5_001, to: 5_003 } }]);
  });

  test('a question for the hole that this leaves at headquarters is not answered twice', () => {
    const { state } = after(
      [0, long],
      [0, history(500)],
      [10, { is: 'asked', stretch: { from: 501, to: 5_000 } }],
    );
    expect(state.asked).toEqual([]);
  });

  test('when the history is through, the word counts for both; what it leaves out is sent again in time', () => {
    const story: [number, DrainEvent][] = [
      [0, long],
      [0, history(5_000)],
      [10, { is: 'appended', newest: 5_004 }],
      [210, live(5_004)],
    ];
    const both = after(...story, [300, { is: 'ack', upto: 5_004 }]);
    expect(both.state).toMatchObject({
      live: null,
      acked: 5_004,
      sent: 5_004,
      flying: [],
      silentSince: null,
    });
    const lost = after(...story, [300, { is: 'ack', upto: 5_000 }]);
    expect(lost.state).toMatchObject({ live: null, acked: 5_000, flying: [5_004], silentSince: 300 });
    expect(stepDrain(lost.state, { is: 'due' }, 300 + T.patienceMs, T).effects).toContainEqual({
      ...{ do: 'send', purpose: 'report', stretch: { from: 5_001, to: 5_004 } },
    });
  });
});

/**
 * Whatever is lost on the way (frames, words, connections), when the losses end headquarters gets every event, and
 * nothing is let go of that it did not have.
 */
test('nothing is lost, whatever the wire does', () => {
  const mishap = fc.constantFrom('append', 'frame lost', 'word lost', 'cut', 'fine', 'time');
  fc.assert(
    fc.property(fc.array(mishap, { maxLength: 120 }), (mishaps) => {
      const world = new World();
      for (const what of mishaps) world.live(what);
      for (let calm = 0; calm < 200; calm++) world.live('fine');
      expect(world.released).toBe(world.newest);
      expect([...world.stored].length).toBe(world.newest);
    }),
  );
});

class World {
  now = 0;
  newest = 3;
  released = 0;
  readonly stored = new Set<number>();
  #state = idleDrain(T);
  #fate = 'fine';
  #wakeAt = Infinity;

  live(what: string): void {
    this.#fate = what;
    if (what === 'append') this.#feed({ is: 'appended', newest: (this.newest += 7) });
    if (what === 'cut' && this.#state.connected) this.#feed({ is: 'disconnected' });
    else if (!this.#state.connected) this.#feed(connected(this.released, this.newest));
    this.now =
      what === 'time' ? this.now + 1000 : Math.max(this.now + 1, Math.min(this.#wakeAt, this.now + 400_000));
    this.#feed({ is: 'due' });
  }

  #feed(event: DrainEvent): void {
    const { state, effects } = stepDrain(this.#state, event, this.now, T);
    this.#state = state;
    this.#wakeAt = Infinity;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: DrainEffect): void {
    if (effect.do === 'wake') this.#wakeAt = effect.at;
    if (effect.do === 'release') {
      for (let seq = 1; seq <= effect.upto; seq++) expect(this.stored.has(seq)).toBe(true);
      this.released = effect.upto;
    }
    if (effect.do !== 'send') return;
    const upto = Math.min(effect.stretch.to, effect.stretch.from + 4);
    if (this.#fate !== 'frame lost')
      for (let seq = effect.stretch.from; seq <= upto; seq++) this.stored.add(seq);
    this.#feed({ is: 'sent', purpose: effect.purpose, upto });
    if (effect.purpose !== 'report' && this.#fate !== 'word lost')
      this.#feed({ is: 'delivered', purpose: effect.purpose });
    let contiguous = 0;
    while (this.stored.has(contiguous + 1)) contiguous++;
    if (this.#fate === 'fine') this.#feed({ is: 'ack', upto: contiguous });
  }
}
