import { expect, test } from 'vitest';
import type { PowerLoad } from '@branchline/contracts/branch/power-loads';
import {
  AGAIN_MS,
  conditionOf,
  keptLoads,
  loadsDue,
  loadsStep,
  newLoads,
  type LoadsEvent,
  type LoadsState,
} from './loads.ts';

const PAUSE_MS = 5_000;
const outlet = (name: string, number: number): PowerLoad => ({
  name,
  by: 'ups',
  ups: 'rack',
  outlet: number,
});
const [display, fan, relay]: [PowerLoad, PowerLoad, PowerLoad] = [
  outlet('display', 2),
  outlet('fan', 3),
  { name: 'relay', by: 'contact', contact: 'fan-relay' },
];
const want = (load: PowerLoad, to: 'on' | 'off'): LoadsEvent => ({ type: 'want', load, to });
const done = ({ name }: PowerLoad, to: 'on' | 'off'): LoadsEvent => ({ type: 'switched', load: name, to });

function run(state: LoadsState, now: number, ...events: LoadsEvent[]): [LoadsState, string[]] {
  const said: string[] = [];
  for (const event of events) {
    const step = loadsStep(state, event, now, PAUSE_MS);
    state = step.state;
    said.push(...step.effects.map(({ load, to }) => `${load.name} ${to}`));
  }
  return [state, said];
}
const stays = ({ by }: PowerLoad): boolean => by === 'ups';
const fresh = newLoads([], 0, stays);

test('go off at once, and come on one after the other with a pause between', () => {
  let [state, said] = run(fresh, 0, want(display, 'off'), want(fan, 'off'));
  expect(said).toEqual(['display off', 'fan off']);
  [state, said] = run(state, 10, done(display, 'off'), done(fan, 'off'), { type: 'tick' });
  expect(said).toEqual([]);
  [state, said] = run(state, 1_000, want(fan, 'on'), want(display, 'on'));
  expect(said).toEqual(['fan on']);
  [state, said] = run(state, 1_200, done(fan, 'on'));
  expect([said, loadsDue(state)]).toEqual([[], 1_200 + PAUSE_MS]);
  [state, said] = run(state, 1_200 + PAUSE_MS, { type: 'tick' });
  expect(said).toEqual(['display on']);
  [state] = run(state, 6_300, done(display, 'on'));
  expect([keptLoads(state), loadsDue(state)]).toEqual([[], undefined]);
});

test('what is refused is tried again as long as it is wanted', () => {
  const refused: LoadsEvent = { type: 'refused', load: 'display', because: 'no' };
  let [state, said] = run(fresh, 0, want(display, 'off'), refused);
  expect(said).toEqual(['display off']);
  expect([...state.loads.values()].map(conditionOf)).toEqual(['waits-off']);
  [state, said] = run(state, AGAIN_MS, { type: 'tick' });
  expect(said).toEqual(['display off']);
  // The mains are back before it was switched: there is nothing to do any more, whatever comes of the order under way.
  [state, said] = run(state, AGAIN_MS + 1, want(display, 'on'), refused, { type: 'tick' });
  expect([said, loadsDue(state)]).toEqual([[], undefined]);
});

test('mains that are back while the order to switch off is under way switch it on after it', () => {
  const [, said] = run(fresh, 0, want(display, 'off'), want(display, 'on'), done(display, 'off'));
  expect(said).toEqual(['display off', 'display on']);
});

test('after a restart an outlet is as it was switched, and a relay has let go', () => {
  const [before] = run(
    fresh,
    0,
    want(display, 'off'),
    want(relay, 'off'),
    done(display, 'off'),
    done(relay, 'off'),
  );
  const again = newLoads(keptLoads(before), 9, stays);
  const [, said] = run(again, 9, want(display, 'off'), want(relay, 'off'), { type: 'tick' });
  expect(said).toEqual(['relay off']);
  const [, home] = run(again, 9, want(display, 'on'));
  expect(home).toEqual(['relay off', 'display on']);
});

test('an order that was under way when the service died is given again', () => {
  const [before] = run(fresh, 0, want(display, 'off'));
  const [, said] = run(newLoads(keptLoads(before), 5, stays), 5, { type: 'tick' });
  expect(said).toEqual(['display off']);
});
