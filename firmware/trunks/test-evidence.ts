/** What the trunk's test calls say, and when the next one may be made. Pure. */
import type { GroundCode, TestReason, TestVerdict } from '@branchline/contracts/trunks';
import { HOLDS_MS, type TestResult, type Weighed } from './evidence.ts';

export interface TestRules {
  readonly to: string;
  readonly everyMs: number;
  /** Whether the document allows one at this hour. */
  readonly open: boolean;
}

/** One that failed is borne out by a second one soon, before the trunk is held to be down. */
const AGAIN_MS = 20_000;
/** In doubt, a test is worth a channel, but not over and over. */
const DOUBT_GAP_MS = 60_000;
const KEPT = 4;

const SAYS: Readonly<Record<TestVerdict, readonly [Weighed['verdict'], GroundCode]>> = {
  'both-ways': ['good', 'test-both-ways'],
  heard: ['good', 'test-heard'],
  silent: ['bad', 'test-silent'],
  'not-returned': ['bad', 'test-not-returned'],
  'not-answered': ['bad', 'test-not-answered'],
  refused: ['bad', 'test-refused'],
  unjudged: ['unclear', 'test-unjudged'],
};

export const addTest = (tests: readonly TestResult[], test: TestResult): readonly TestResult[] =>
  [...tests, test].slice(-KEPT);

const judged = (tests: readonly TestResult[]): readonly TestResult[] =>
  tests.filter(({ verdict }) => verdict !== 'unjudged');

const isBad = ({ verdict }: TestResult): boolean => SAYS[verdict][0] === 'bad';

/** One failed test makes a trunk worse, two on end put it down. */
export function testEvidence(
  tests: readonly TestResult[],
  everyMs: number,
  now: number,
): Weighed | undefined {
  const [last, before] = judged(tests).toReversed();
  if (!last) return undefined;
  const until = last.at + Math.max(HOLDS_MS.test, 2 * everyMs);
  if (until <= now) return undefined;
  const [verdict, what] = SAYS[last.verdict];
  const borneOut = before !== undefined && isBad(before);
  return {
    kind: 'test-call',
    verdict: verdict === 'bad' && !borneOut ? 'partly' : verdict,
    what,
    at: last.at,
    until,
  };
}

/** When the next test is to be made by the clock, ms since 1970; undefined when none is. `since`: when the trunk came to be watched. */
export function nextTest(
  tests: readonly TestResult[],
  rules: TestRules | undefined,
  since: number,
): number | undefined {
  if (!rules) return undefined;
  const last = tests.at(-1);
  if (!last) return since + rules.everyMs;
  const [newest, before] = judged(tests).toReversed();
  const doubtful = newest !== undefined && isBad(newest) && !(before && isBad(before));
  return last.at + (doubtful ? AGAIN_MS : rules.everyMs);
}

/** Whether doubt, or a step of the way back, is worth a test now. */
export const worthATest = (tests: readonly TestResult[], now: number): boolean =>
  now - (tests.at(-1)?.at ?? -Infinity) >= DOUBT_GAP_MS;

/**
 * Whether there is room: a caller must not be turned away for it. What nobody asked for leaves a fifth of the channels free, and
 * never takes the last one but one; what somebody asked for takes any channel that is free.
 */
export function hasRoom(why: TestReason, calls: number, usable: number): boolean {
  const left = usable - calls - 1;
  return why === 'order' ? left >= 0 : left >= Math.max(1, Math.ceil(usable / 5));
}
