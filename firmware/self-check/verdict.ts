/** What one check says of what it checked. */
import type { SelfCheckReason, SelfCheckResult } from '@branchline/contracts/self-check';

export interface Verdict {
  readonly result: SelfCheckResult;
  readonly because?: SelfCheckReason;
  readonly detail?: string;
}

const LONGEST_DETAIL = 300;

const verdict = (result: SelfCheckResult, because: SelfCheckReason, detail?: string): Verdict => ({
  ...{ result, because },
  ...(detail === undefined ? {} : { detail: detail.slice(0, LONGEST_DETAIL) }),
});

/** `detail` as figures that anybody reads: no sentence. */
export const passed = (detail?: string): Verdict =>
  detail === undefined ? { result: 'passed' } : { result: 'passed', detail };
export const failed = (because: SelfCheckReason, detail?: string): Verdict =>
  verdict('failed', because, detail);
export const notDone = (because: SelfCheckReason, detail?: string): Verdict =>
  verdict('not-done', because, detail);
