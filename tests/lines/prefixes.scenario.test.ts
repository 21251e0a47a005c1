/** Forty routes whose prefixes lie within each other, in every order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { branchOf, smallBranch } from '@branchline/firmware/calls/bench';
import { classify, outgoingPlan } from '@branchline/firmware/routing/outgoing';

/** Ten deep along five numbers: each lies within those before it of the same number. */
const NUMBERS = ['13912345678', '13987654321', '18612345678', '15012345678', '17712345678'];
const PREFIXES = [
  ...new Set(NUMBERS.flatMap((number) => depths().map((digits) => `+86${number.slice(0, digits)}`))),
];
function depths(): number[] {
  return Array.from({ length: 11 }, (_, index) => index + 1);
}
const FORTY = PREFIXES.slice(0, 40);

const documentOf = (prefixes: readonly string[]): object => ({
  ...smallBranch,
  routes: prefixes.map((prefix) => ({ to: 'mobile', numbers: [prefix], via: ['pstn'] })),
});
const lengthOfLongest = (prefixes: readonly string[], number: string): number =>
  Math.max(...prefixes.filter((prefix) => number.startsWith(prefix)).map(({ length }) => length));
/** The first of them that the number begins with. */
const firstOf = (prefixes: readonly string[], number: string): number =>
  prefixes.findIndex((prefix) => number.startsWith(prefix));
/** Each that one before it takes everything from, with that one. */
const shadowed = (prefixes: readonly string[]): [string, string][] =>
  prefixes.flatMap((prefix, index): [string, string][] => {
    const before = firstOf(prefixes.slice(0, index), prefix);
    return before < 0 ? [] : [[`routes[${index}]`, `routes[${before}]`]];
  });

function routeOf(prefixes: readonly string[], digits: string): number | undefined {
  const branch = branchOf(documentOf(prefixes));
  const dialled = classify(branch, digits);
  if (dialled.kind !== 'outside') throw new Error(`${digits} is ${dialled.kind}`);
  const plan = outgoingPlan(branch, dialled, { now: 0, written: true });
  return plan.ok ? plan.route : undefined;
}

test('there are forty', () => expect(FORTY).toHaveLength(40));

test('the longest first: the longest match is taken, and the document is without fault', () => {
  const longestFirst = [...FORTY].sort((a, b) => b.length - a.length);
  expect(resolveBranch(documentOf(longestFirst))).toMatchObject({ ok: true, warnings: [] });
  for (const number of NUMBERS) {
    const route = routeOf(longestFirst, number);
    expect(longestFirst[route ?? -1]).toHaveLength(lengthOfLongest(FORTY, `+86${number}`));
  }
});

test('in any other order each that would never be used is pointed at, with the one that stands before it', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(FORTY, { minLength: FORTY.length }), (prefixes) => {
      const resolution = resolveBranch(documentOf(prefixes));
      if (!resolution.ok) throw new Error('the document has faults');
      const pointed = resolution.warnings.map(({ path, expected }) => [
        path,
        /^routes\[\d+\]/.exec(expected)?.[0],
      ]);
      expect(pointed).toEqual(shadowed(prefixes));
    }),
    { numRuns: 30 },
  );
});

test('without those, whatever the order, the first that fits is taken, each time', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(FORTY, { minLength: 1 }), fc.constantFrom(...NUMBERS), (some, number) => {
      const prefixes = some.filter((prefix, index) => firstOf(some.slice(0, index), prefix) < 0);
      const first = firstOf(prefixes, `+86${number}`);
      const found = routeOf(prefixes, number);
      expect(found).toBe(first < 0 ? undefined : first);
      expect(prefixes[found ?? -1]?.length ?? 0).toBe(
        first < 0 ? 0 : lengthOfLongest(prefixes, `+86${number}`),
      );
    }),
    { numRuns: 60 },
  );
});
