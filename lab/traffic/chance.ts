/** The dice of the lab, thrown by whoever is given them: 0 (inclusive) to 1. */
export type Random = () => number;

/** The pause to the next event of a Poisson process with so many events a minute, in ms. */
export const pauseMs = (perMinute: number, random: Random): number =>
  exponentialMs(60_000 / perMinute, random);

export const exponentialMs = (meanMs: number, random: Random): number => -Math.log(1 - random()) * meanMs;

export const betweenMs = (
  { least, most }: { readonly least: number; readonly most: number },
  random: Random,
): number => least + random() * Math.max(0, most - least);

export function oneOf<T>(items: readonly T[], random: Random): T | undefined {
  return items[Math.floor(random() * items.length)];
}

/** Dice that fall the same way for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
