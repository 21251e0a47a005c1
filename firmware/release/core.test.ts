import { expect, it, test } from 'vitest';
import { releaseStep } from './core.ts';
import {
  type Here,
  newReleaseState,
  type Offer,
  type ReleaseEvent,
  type ReleaseHead,
  type ReleaseState,
  RULES,
} from './state.ts';

const schemas = (box: number, access = 1) => ({ box, access, hq: 1 });
const head = (version: string, more: Partial<ReleaseHead> = {}): ReleaseHead => ({
  version,
  architecture: 'x64',
  engine: '22.10.1',
  schema: schemas(5),
  oldestBack: schemas(4),
  ...more,
});
const here: Here = { running: head('1.4.0'), engine: '22.10.1', room: 1_000 };
const offer = (more: Partial<Offer> = {}): Offer => ({
  ...head('1.5.0'),
  order: 'o1',
  back: false,
  bytes: 300,
  unpackedBytes: 700,
  ...more,
});
const offered = (more: Partial<Offer> = {}): ReleaseEvent => ({
  type: 'offered',
  offer: offer(more),
  here,
});
const WELL = { well: ['headquarters', 'engine', 'trunk/a'], phones: 20 };
const look = (more: Partial<Extract<ReleaseEvent, { type: 'look' }>> = {}): ReleaseEvent => ({
  type: 'look',
  now: WELL,
  calls: 0,
  quiet: true,
  ...more,
});
const verified: ReleaseEvent = { type: 'verified', head: head('1.5.0'), here };
const fetched: ReleaseEvent = { type: 'fetched' };
const started = (running: string, confirmed = false): Extract<ReleaseEvent, { type: 'started' }> => ({
  type: 'started',
  running,
  confirmed,
});

/** Each event at its time; the state after all, and the effects of the last. */
function after(...events: readonly (readonly [number, ReleaseEvent])[]) {
  let state: ReleaseState = newReleaseState('1.4.0');
  let effects: readonly object[] = [];
  for (const [now, event] of events) ({ state, effects } = releaseStep(state, event, now, RULES));
  return { state, effects };
}
const TO_PROVING = [
  [0, offered()],
  [1, fetched],
  [2, verified],
  [3, look()],
  [4, started('1.5.0')],
] as const;

test('from offer to good: fetched, verified, switched in quiet hours, proved', () => {
  expect(after([0, offered()]).effects).toContainEqual({ do: 'fetch', offer: offer(), afterMs: 0 });
  expect(after([0, offered()], [1, fetched]).effects).toContainEqual({ do: 'verify', offer: offer() });
  const waiting = after([0, offered()], [1, fetched], [2, verified], [3, look({ quiet: false })]);
  expect(waiting.state.step).toMatchObject({ is: 'waiting', for: 'quiet-hours' });
  expect(after(...TO_PROVING.slice(0, 4)).effects).toContainEqual({ do: 'wish', version: '1.5.0' });
  const end = after(...TO_PROVING, [10, look()], [10 + RULES.wellForMs, look()]);
  expect(end.state).toMatchObject({ step: { is: 'settled' }, good: '1.5.0', last: { ended: 'good' } });
  expect(end.effects).toContainEqual({ do: 'confirm', version: '1.5.0' });
});

it.each([
  ['architecture', { architecture: 'arm64' }],
  ['engine-too-old', { engine: '22.11.0' }],
  ['older', { version: '1.3.9' }],
  ['running-already', { version: '1.4.0' }],
  ['data', { schema: schemas(3), oldestBack: schemas(3) }],
  ['no-way-back', { schema: schemas(6), oldestBack: schemas(6) }],
  ['no-way-back', { schema: schemas(6, 2), oldestBack: schemas(4, 2) }],
  ['no-room', { bytes: 301 }],
] as const)('an offer is refused before anything is fetched: %s', (because, more) => {
  const { state, effects } = after([0, offered(more)]);
  expect(state).toMatchObject({ step: { is: 'settled' }, last: { ended: 'refused', because } });
  expect(effects).not.toContainEqual(expect.objectContaining({ do: 'fetch' }));
});

it('goes to an older version when that is said, and not over data that it cannot read', () => {
  const back = { version: '1.3.0', back: true };
  expect(after([0, offered(back)]).state.step.is).toBe('fetching');
  const unreadable = { ...back, schema: schemas(3), oldestBack: schemas(3) };
  expect(after([0, offered(unreadable)]).state.last).toMatchObject({ because: 'data' });
});

it('judges by the signed manifest again, as the offer may have said otherwise', () => {
  const signed = (more: Partial<ReleaseHead>): ReleaseEvent => ({
    type: 'verified',
    head: head('1.5.0', more),
    here,
  });
  for (const [more, because] of [
    [{ version: '1.6.0' }, 'archive'],
    [{ architecture: 'arm64' }, 'architecture'],
    [{ schema: schemas(9), oldestBack: schemas(9) }, 'no-way-back'],
  ] as const)
    expect(after([0, offered()], [1, fetched], [2, signed(more)]).state.last).toMatchObject({ because });
});

it('waits for calls to end, and not for ever', () => {
  const busy = look({ calls: 9 });
  const waiting = after(...TO_PROVING.slice(0, 3), [10, busy], [9 + RULES.patienceMs, busy]);
  expect(waiting.state.step).toMatchObject({ is: 'waiting', for: 'calls' });
  const gone = after(...TO_PROVING.slice(0, 3), [10, busy], [10 + RULES.patienceMs, busy]);
  expect(gone.state.step.is).toBe('switched');
});

it('goes back when something that was well is lost until the window ends', () => {
  const lost = look({ now: { well: ['engine', 'trunk/a'], phones: 17 } });
  const still = after(...TO_PROVING, [3 + RULES.proveWithinMs, lost]);
  expect(still.state.step.is).toBe('proving');
  const back = after(...TO_PROVING, [4 + RULES.proveWithinMs, lost]);
  expect(back.state.step).toMatchObject({ is: 'going-back', lost: ['headquarters', 'phones'] });
  expect(back.effects).toContainEqual({ do: 'wish', version: '1.4.0' });
  const end = releaseStep(back.state, started('1.4.0'), 9e6, RULES);
  expect(end.state).toMatchObject({
    good: '1.4.0',
    last: { ended: 'reverted', because: { of: 'lost', lost: ['headquarters', 'phones'] } },
  });
});

it('is good only after being well without a break', () => {
  const ill = look({ now: { well: ['headquarters', 'engine'], phones: 20 } });
  const late = 10 + RULES.wellForMs;
  const { state } = after(...TO_PROVING, [10, look()], [late - 1, ill], [late, look()], [late + 5, look()]);
  expect(state.step).toMatchObject({ is: 'proving', wellSince: late });
});

it('what did not start went back without us, and is not begun anew by the same order', () => {
  const end = after(...TO_PROVING, [9, started('1.4.0')]);
  expect(end.state.last).toMatchObject({ ended: 'reverted', because: { of: 'from-outside' } });
  const again = releaseStep(end.state, offered(), 10, RULES);
  expect(again).toEqual({ state: end.state, effects: [{ do: 'report' }] });
  expect(releaseStep(end.state, offered({ order: 'o2' }), 10, RULES).state.step.is).toBe('fetching');
});

it('does not try for ever what root went back from before it ever started', () => {
  const back: ReleaseEvent = {
    ...started('1.4.0', true),
    wentBack: { version: '1.5.0', because: 'it did not start' },
  };
  const between = after(...TO_PROVING.slice(0, 4), [9, started('1.4.0', true)]);
  expect(between.effects).toContainEqual({ do: 'wish', version: '1.5.0' });
  const end = after(...TO_PROVING.slice(0, 4), [9, back]);
  expect(end.state.last).toMatchObject({ ended: 'reverted', detail: 'it did not start' });
  expect(end.effects).not.toContainEqual({ do: 'wish', version: '1.5.0' });
});

it('takes the wish back when who installs refuses, or says nothing for too long', () => {
  const refused: ReleaseEvent = { type: 'install-refused', detail: 'no key signed it' };
  for (const end of [
    after(...TO_PROVING.slice(0, 4), [9, refused]),
    after(...TO_PROVING.slice(0, 4), [4 + RULES.installWithinMs, look()]),
  ]) {
    expect(end.state.last).toMatchObject({ ended: 'refused', because: 'not-installed' });
    expect(end.effects[0]).toEqual({ do: 'take-back-wish' });
  }
});

it('a newer order takes the place of one that is not switched yet, and of no other', () => {
  const next = offered({ order: 'o2', version: '1.6.0' });
  expect(after([0, offered()], [1, next]).state).toMatchObject({
    step: { is: 'fetching', offer: { order: 'o2' } },
    last: { order: 'o1', because: 'withdrawn' },
  });
  expect(after(...TO_PROVING, [9, next]).state.step).toMatchObject({ is: 'proving', offer: { order: 'o1' } });
});

it('fetches again, later each time, and half an hour later at most', () => {
  const failed: readonly [number, ReleaseEvent] = [1, { type: 'fetch-failed' }];
  const waits = [1, 2, 3, 40].map((times) => {
    const { effects } = after([0, offered()], ...Array.from({ length: times }, () => failed));
    return (effects[0] as { afterMs: number }).afterMs;
  });
  expect(waits).toEqual([5_000, 10_000, 20_000, 1_800_000]);
});

it('withdrawn while nothing is switched, and not after', () => {
  const withdrawn: ReleaseEvent = { type: 'withdrawn' };
  expect(after([0, offered()], [1, withdrawn]).state.last).toMatchObject({ because: 'withdrawn' });
  expect(after(...TO_PROVING, [9, withdrawn]).state.step.is).toBe('proving');
});

it('what was switched to after the wish was taken back is sent back; what a person installed stays', () => {
  const late = after(...TO_PROVING.slice(0, 4), [4 + RULES.installWithinMs, look()], [9e6, started('1.5.0')]);
  expect(late.effects).toContainEqual({ do: 'wish', version: '1.4.0' });
  expect(late.state.good).toBe('1.4.0');
  expect(after([0, started('1.5.0', true)]).state.good).toBe('1.5.0');
});
