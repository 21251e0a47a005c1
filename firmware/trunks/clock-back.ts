/** The wall clock was set back: everything that was noted moves with it, or a trunk would wait for a time that is long gone. Pure. */
import type { SeenLine } from './physical.ts';
import type { TrunkTruth } from './truth-state.ts';

/** Less than this is a clock that is kept right, not one that was set. */
const SET_MS = 1_000;

export function withClock(truth: TrunkTruth, now: number): TrunkTruth {
  const by = now - truth.heardAt;
  return { ...(by < -SET_MS ? moved(truth, by) : truth), heardAt: now };
}

function moved(truth: TrunkTruth, by: number): TrunkTruth {
  const at = <T extends { readonly at: number }>(each: T): T => ({ ...each, at: each.at + by });
  const line = ({ last, since, unclear }: SeenLine): SeenLine => ({
    last: at(last),
    since: since + by,
    ...(unclear ? { unclear: at(unclear) } : {}),
  });
  const { returning, testing, lastFallAt, noTestBefore, order, options, registration } = truth;
  return {
    ...truth,
    since: truth.since + by,
    watchedSince: truth.watchedSince + by,
    because: truth.because.map(at),
    options: options && at(options),
    registration: registration && at(registration),
    lines: Object.fromEntries(Object.entries(truth.lines).map(([name, seen]) => [name, line(seen)])),
    results: truth.results.map(at),
    tests: truth.tests.map(at),
    ...(order ? { order: at(order) } : {}),
    ...(returning
      ? { returning: { ...returning, since: returning.since + by, until: returning.until + by } }
      : {}),
    ...(testing ? { testing: { ...testing, since: testing.since + by } } : {}),
    ...(lastFallAt === undefined ? {} : { lastFallAt: lastFallAt + by }),
    ...(noTestBefore === undefined ? {} : { noTestBefore: noTestBefore + by }),
  };
}
