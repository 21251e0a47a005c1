/** When a trunk is worth a test call. Pure. */
import { judge, openChannels } from './judging.ts';
import { addTest, hasRoom, nextTest, worthATest } from './test-evidence.ts';
import type { TestReason } from '@branchline/contracts/trunks';
import type { TrunkEvent, TrunkRules, TrunkStep, TrunkTruth } from './truth-state.ts';

/** One that has not told its verdict by now never will. */
export const TEST_LONGEST_MS = 60_000;
/** Without room, or at the wrong hour, it is looked at again so much later. */
const LATER_MS = 60_000;

export function testDue(truth: TrunkTruth, rules: TrunkRules): number | undefined {
  if (truth.testing) return truth.testing.since + TEST_LONGEST_MS;
  const due = nextTest(truth.tests, rules.test, truth.watchedSince);
  return due === undefined ? undefined : Math.max(due, truth.noTestBefore ?? 0);
}

/** Why a test that somebody asks for cannot be made now. */
export function testRefusal(
  truth: TrunkTruth,
  now: number,
  rules: TrunkRules,
): 'no-number' | 'running' | 'no-room' | undefined {
  if (!rules.test) return 'no-number';
  if (truth.testing) return 'running';
  return hasRoom('order', rules.calls, openChannels(truth, now, rules)) ? undefined : 'no-room';
}

export function askForTest(truth: TrunkTruth, event: TrunkEvent, now: number, rules: TrunkRules): TrunkStep {
  if (truth.testing && now - truth.testing.since < TEST_LONGEST_MS) return { state: truth, effects: [] };
  const idle = ended(truth, now);
  const why = event.type === 'test' ? 'order' : wanted(idle, now, rules);
  if (why === undefined || !rules.test) return { state: later(idle, now, rules), effects: [] };
  const may =
    hasRoom(why, rules.calls, openChannels(idle, now, rules)) && (why === 'order' || rules.test.open);
  if (!may) return { state: { ...idle, noTestBefore: now + LATER_MS }, effects: [] };
  return { state: { ...idle, testing: { since: now, why } }, effects: [{ do: 'test', why }] };
}

/** One that was forgotten has said nothing. */
function ended({ testing, ...truth }: TrunkTruth, now: number): TrunkTruth {
  if (!testing) return truth;
  return { ...truth, tests: addTest(truth.tests, { at: now, verdict: 'unjudged', why: testing.why }) };
}

/** Its time has come, and it is not wanted: that is asked again later, not at once. */
function later(truth: TrunkTruth, now: number, rules: TrunkRules): TrunkTruth {
  const due = testDue(truth, rules);
  return due !== undefined && due <= now ? { ...truth, noTestBefore: now + LATER_MS } : truth;
}

/** Nothing is learnt from calling by a dead wire, and a trunk that a person has drained is his. */
function wanted(truth: TrunkTruth, now: number, rules: TrunkRules): TestReason | undefined {
  if (!rules.test || truth.order || rules.drained || now < (truth.noTestBefore ?? 0)) return undefined;
  const { verdict, grounds } = judge(truth, now, rules);
  const byWire = grounds.some(({ kind }) => kind === 'physical' || kind === 'signalling');
  if (verdict === 'unclear' || (verdict === 'bad' && byWire)) return undefined;
  if ((nextTest(truth.tests, rules.test, truth.watchedSince) ?? Infinity) <= now) return 'schedule';
  if (!worthATest(truth.tests, now)) return undefined;
  const { returning } = truth;
  const step = returning?.step === 'quarter' || returning?.step === 'half';
  if (step && (truth.tests.at(-1)?.at ?? 0) < returning.since) return 'return';
  return verdict !== 'good' && grounds.some(({ kind }) => kind === 'calls') ? 'doubt' : undefined;
}
