import { describe, expect, test } from 'vitest';
import { Bench, smallBranch } from './bench.ts';
import { CAUSE } from './events.ts';
import { keepPlace, placeChanges, placePieces, storedPlaces, takePlace, type Places } from './places.ts';

const MINUTE = 60_000;
const nobody = { channels: [], bridges: [], playbacks: [] };
const at = (bench: Bench): string[] =>
  (bench.state.acd.waiting.service ?? []).map(({ customer }) => customer ?? '');
const queued = (bench: Bench) => bench.events.filter(({ type }) => type === 'call.queued').at(-1)?.body;

/** Three who wait, a minute apart. */
function threeWait(document: unknown = smallBranch): Bench {
  const bench = new Bench(document);
  for (const number of [1, 2, 3]) {
    bench.callIn(`c${number}`, '+8657186001001', `1390000000${number}`);
    bench.pass(MINUTE);
  }
  expect(at(bench)).toEqual(['+8613900000001', '+8613900000002', '+8613900000003']);
  return bench;
}

describe('callers who were cut off while they waited', () => {
  test('have their old places when they call again, whoever calls first', () => {
    const bench = threeWait();
    bench.adopt(nobody, 'engine-restart');
    expect(at(bench)).toEqual([]);
    bench.callIn('new', '+8657186001001', '13900000009');
    bench.pass(1_000);
    for (const number of [3, 1, 2]) bench.callIn(`d${number}`, '+8657186001001', `1390000000${number}`);
    expect(at(bench)).toEqual(['+8613900000001', '+8613900000002', '+8613900000003', '+8613900000009']);
    expect(queued(bench)).toMatchObject({ position: 2, keptWaitMs: 2 * MINUTE + 1_000 });
  });

  test('by a line that was lost, too; who hangs up himself has no place any more', () => {
    const bench = threeWait();
    bench.happen({ type: 'gone', channel: 'c1', cause: CAUSE.outOfOrder });
    bench.happen({ type: 'gone', channel: 'c2', cause: CAUSE.normal });
    for (const number of [2, 1]) bench.callIn(`d${number}`, '+8657186001001', `1390000000${number}`);
    expect(at(bench)).toEqual(['+8613900000001', '+8613900000003', '+8613900000002']);
  });

  test('come last when they are later than the document keeps their places, or it keeps none', () => {
    const late = threeWait();
    late.happen({ type: 'gone', channel: 'c1', cause: CAUSE.outOfOrder });
    late.pass(11 * MINUTE);
    late.callIn('d1', '+8657186001001', '13900000001');
    expect(at(late).at(-1)).toBe('+8613900000001');
    const never = { service: { ...smallBranch.queues.service, 'keep-place': '0s' } };
    const bench = threeWait({ ...smallBranch, queues: never });
    bench.happen({ type: 'gone', channel: 'c1', cause: CAUSE.outOfOrder });
    bench.callIn('d1', '+8657186001001', '13900000001');
    expect(at(bench).at(-1)).toBe('+8613900000001');
  });
});

describe('a place', () => {
  const place = { queue: 'service', since: 1_000, until: 9_000 };

  test('is taken once, and for its own queue only', () => {
    const places = keepPlace({}, '+1', place, 0);
    expect(takePlace(places, '+1', 'sales', 5_000)).toEqual({ places });
    const taken = takePlace(places, '+1', 'service', 5_000);
    expect(taken).toEqual({ places: {}, since: 1_000 });
    expect(takePlace(taken.places, '+1', 'service', 5_000)).toEqual({ places: {} });
    expect(takePlace(places, '+1', 'service', 9_000)).toEqual({ places: {} });
    expect(takePlace(places, undefined, 'service', 5_000)).toEqual({ places });
  });

  test('is forgotten when its time is over, and there are never more than a thousand', () => {
    let places: Places = {};
    for (let number = 0; number <= 1_000; number += 1)
      places = keepPlace(places, `+${number}`, { ...place, until: 9_000 + number }, 0);
    expect(Object.keys(places)).toHaveLength(1_000);
    expect(places['+0']).toBeUndefined();
    expect(Object.keys(keepPlace(places, '+x', { ...place, until: 99_000 }, 10_000))).toEqual(['+x']);
  });

  test('is on disk as it was', () => {
    const places = keepPlace(keepPlace({}, '+1', place, 0), '+2', place, 0);
    expect(storedPlaces(placePieces(placeChanges({}, places)))).toEqual(places);
    expect(placeChanges(places, { '+2': place })).toEqual({ '+1': null });
  });
});
