import { expect, it, test } from 'vitest';
import type { RootState } from '../handover.ts';
import { ROOT_RULES, rootStep, type RootEvent } from './core.ts';

const fresh: RootState = {
  ...{ v: 1, current: '1.4.0', confirmed: true, previous: null },
  ...{ wish: null, refused: null, wentBack: null, watches: 0 },
};
const wished = (version: string, id = 'a'): RootEvent => ({ is: 'wished', id, version });
const unpacked: RootEvent = { is: 'unpacked', id: 'a', version: '1.5.0' };
const look = (sinceMs: number, starts = 1): RootEvent => ({ is: 'look', sinceMs, starts });

function after(...events: readonly RootEvent[]) {
  let state = fresh;
  let effects: readonly object[] = [];
  for (const event of events) ({ state, effects } = rootStep(state, event, ROOT_RULES));
  return { state, effects };
}
const SWITCHED = [wished('1.5.0'), unpacked] as const;
const back = { current: '1.4.0', confirmed: true, previous: { version: '1.5.0', good: false } };

test('a wish is unpacked, switched to without being believed in, and believed in when the service says so', () => {
  expect(after(wished('1.5.0')).effects).toEqual([{ do: 'unpack', id: 'a', version: '1.5.0' }]);
  const switched = after(...SWITCHED);
  expect(switched.state).toMatchObject({
    current: '1.5.0',
    confirmed: false,
    previous: { version: '1.4.0', good: true },
  });
  expect(switched.effects[0]).toEqual({ do: 'switch' });
  expect(after(...SWITCHED, { is: 'confirmed', version: '1.4.0' }).state.confirmed).toBe(false);
  expect(after(...SWITCHED, { is: 'confirmed', version: '1.5.0' }).state.confirmed).toBe(true);
});

it.each([
  ['did not start', look(ROOT_RULES.startWithinMs, 0)],
  ['did not stay up', look(9_000, ROOT_RULES.startsAtMost + 1)],
  ['had not proved itself', look(ROOT_RULES.proveWithinMs)],
])('goes back by itself from what %s', (because, event) => {
  const { state, effects } = after(...SWITCHED, event);
  expect(state).toMatchObject(back);
  expect(state.wentBack?.because).toContain(because);
  expect(effects[0]).toEqual({ do: 'switch' });
});

it('goes back from what takes the machine down with it', () => {
  const begun: RootEvent = { is: 'begun' };
  const often = Array.from({ length: ROOT_RULES.watchesAtMost + 1 }, () => begun);
  expect(after(...SWITCHED, ...often, look(0)).state).toMatchObject(back);
  expect(after(...SWITCHED, ...often.slice(1), look(0)).state.current).toBe('1.5.0');
});

it('waits as long as nothing speaks against it', () => {
  expect(
    after(...SWITCHED, look(ROOT_RULES.startWithinMs - 1, 0), look(ROOT_RULES.proveWithinMs - 1)).state,
  ).toMatchObject({
    current: '1.5.0',
    confirmed: false,
  });
});

test('the service has it go back, to what is believed in already', () => {
  expect(after(...SWITCHED, wished('1.4.0', 'b')).state).toMatchObject(back);
});

it('lets nothing but the one before follow what has not proved itself, so that a good one is always there', () => {
  const { state, effects } = after(...SWITCHED, wished('1.6.0', 'b'));
  expect(state).toMatchObject({ current: '1.5.0', refused: { wish: 'b' } });
  expect(effects).toEqual([]);
});

it('does nothing twice', () => {
  expect(after(...SWITCHED, wished('1.5.0')).effects).toEqual([]);
  const refused = after(wished('1.5.0'), { is: 'not-unpacked', id: 'a', detail: 'no key signed it' });
  expect(refused.state).toMatchObject({
    current: '1.4.0',
    refused: { wish: 'a', detail: 'no key signed it' },
  });
  expect(rootStep(refused.state, wished('1.5.0'), ROOT_RULES).effects).toEqual([]);
  expect(after(wished('1.4.0')).effects).toEqual([]);
});
