import { expect, test } from 'vitest';
import { together, type Carrier, type CarrierWord } from './carrier.ts';
import { Carriers, type NamedCarrier } from './carriers.ts';
import { huntingCarrier } from './hunting-carrier.ts';
import { starCodeCarrier } from './star-code-carrier.ts';

/** One that always says the same, and remembers what it was asked. */
function saying(word: CarrierWord, settlesMs = 0): Carrier & { readonly asked: [string, string][] } {
  const asked: [string, string][] = [];
  const route = (number: string, target: string): Promise<CarrierWord> => {
    asked.push([number, target]);
    return Promise.resolve(word);
  };
  return { promiseS: 5, settlesMs, asked, route };
}
const named = (
  name: string,
  serves: string[],
  carrier: Carrier,
  kind: NamedCarrier['kind'] = 'http',
): NamedCarrier => ({ name, kind, serves, carrier });

const WEST = '+8657186001000';
const NORTH = '+861012345678';

test('a number is with the carrier of the longest beginning that fits', () => {
  const all = new Carriers([
    named('wide', ['+86', '+1'], saying('confirmed')),
    named('near', ['+865718600'], saying('confirmed')),
  ]);
  expect([all.of(WEST)?.name, all.of(NORTH)?.name, all.of('+4930123456')?.name]).toEqual([
    'near',
    'wide',
    undefined,
  ]);
});

test('a branch with two carriers is moved when both have confirmed; where they differ nothing is certain', async () => {
  const word = (west: CarrierWord, north: CarrierWord): Promise<CarrierWord> =>
    new Carriers([named('w', ['+86571'], saying(west)), named('n', ['+8610'], saying(north))]).route(
      [WEST, NORTH],
      'west-standin',
    );
  expect(await word('confirmed', 'confirmed')).toBe('confirmed');
  expect(await word('refused', 'refused')).toBe('refused');
  expect(await word('confirmed', 'refused')).toBe('nothing');
  expect(await word('confirmed', 'nothing')).toBe('nothing');
  expect(together([])).toBe('nothing');
});

test('each number is brought to the target', async () => {
  const west = saying('confirmed');
  await new Carriers([named('w', ['+86571'], west)]).route([WEST, '+8657186001001'], 'west-standin');
  expect(west.asked).toEqual([
    [WEST, 'west-standin'],
    ['+8657186001001', 'west-standin'],
  ]);
});

test('a number that no carrier serves is not moved, and shows none', async () => {
  const all = new Carriers([named('n', ['+8610'], saying('confirmed'))]);
  expect(await all.route([WEST], 'west')).toBe('refused');
  expect(all.shown([WEST])).toEqual({ kind: 'none', name: null, promiseS: null });
  expect(all.shown([])).toEqual({ kind: 'none', name: null, promiseS: null });
  expect(all.shown([NORTH])).toEqual({ kind: 'http', name: 'n', promiseS: 5 });
});

test('the slowest of its carriers says how late something may still happen', () => {
  const all = new Carriers([
    named('w', ['+86571'], saying('confirmed', 60_000)),
    named('n', ['+8610'], saying('confirmed', 5_000)),
  ]);
  expect([all.settlesMs([WEST, NORTH]), all.settlesMs([NORTH]), all.settlesMs([])]).toEqual([
    60_000, 5_000, 0,
  ]);
});

test('one that hunts is asked for nothing, and confirms', async () => {
  const all = new Carriers([named('w', ['+86571'], huntingCarrier(4), 'hunting')]);
  expect([all.hunts([WEST]), all.hunts([NORTH]), all.settlesMs([WEST])]).toEqual([true, false, 0]);
  expect(await all.route([WEST], 'west-standin')).toBe('confirmed');
  expect(all.shown([WEST])).toEqual({ kind: 'hunting', name: 'w', promiseS: 4 });
});

const COPPER = '+8657186001100';
const line = (isSet: boolean): NamedCarrier =>
  starCodeCarrier({ number: COPPER, trunk: 'copper', afterS: 20 }, 'west-standin', () => isSet);

test('a line whose exchange forwards promises its time, and hunts; a carrier of the file that serves its number goes first', () => {
  const none = new Carriers([]).with([line(true)]);
  expect(none.shown([COPPER])).toEqual({ kind: 'star-code', name: 'copper', promiseS: 20 });
  expect([none.hunts([COPPER]), none.settlesMs([COPPER]), none.of(WEST)]).toEqual([true, 0, undefined]);
  const told = new Carriers([named('w', ['+86571'], saying('confirmed'))]).with([line(true)]);
  expect(told.of(COPPER)?.name).toBe('w');
});

test.each([
  [true, 'west-standin', 'confirmed'],
  [false, 'west-standin', 'refused'],
  // The exchange rings the line first, whatever is set there.
  [false, 'west', 'confirmed'],
] as const)('a line that is set: %s, for %s: %s', async (isSet, target, word) => {
  expect(await new Carriers([]).with([line(isSet)]).route([COPPER], target)).toBe(word);
});

test('a line that forwards nothing keeps no other number from being moved', async () => {
  const north = named('n', ['+8610'], saying('confirmed'));
  const all = new Carriers([north]).with([line(false)]);
  expect(await all.route([NORTH, COPPER], 'west-standin')).toBe('confirmed');
  expect(
    await new Carriers([named('n', ['+8610'], saying('refused'))])
      .with([line(true)])
      .route([NORTH, COPPER], 'west-standin'),
  ).toBe('nothing');
});
