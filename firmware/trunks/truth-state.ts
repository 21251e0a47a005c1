/** A trunk's truth as data: everything that was said of it, and where it stands on its way. Times in ms since 1970. */
import type { LineEvidence } from '../devices/gateways/port.ts';
import type { ReturnStep, TestReason, TestVerdict, TrunkState } from '@branchline/contracts/trunks';
import type { CallResult, TestResult, Weighed } from './evidence.ts';
import type { SeenLines } from './physical.ts';
import type { TestRules } from './test-evidence.ts';

/** What the evidence alone makes of it; an order to drain is laid over it. */
export type BaseState = Exclude<TrunkState, 'draining'>;

/** Whether something answers, since when. */
export interface Said {
  readonly good: boolean;
  readonly at: number;
}

export interface TrunkTruth {
  readonly state: TrunkState;
  /** Of `state`. */
  readonly since: number;
  readonly base: BaseState;
  /** What `state` stands on. */
  readonly because: readonly Weighed[];
  /** Null while nobody knows. */
  readonly options: Said | null;
  readonly registration: Said | null;
  readonly lines: SeenLines;
  readonly results: readonly CallResult[];
  readonly tests: readonly TestResult[];
  /** `busy`: calls that come in are refused, too. */
  readonly order?: { readonly by: string; readonly at: number; readonly busy?: boolean };
  readonly returning?: { readonly step: ReturnStep; readonly since: number; readonly until: number };
  /** How often it left 'up' lately; each one doubles the way back. */
  readonly falls: number;
  readonly lastFallAt?: number;
  /** It has left 'up' and is not back yet. */
  readonly troubled: boolean;
  /** It has been 'up' since it came to be watched. */
  readonly wasUp: boolean;
  readonly watchedSince: number;
  /** When something was told of it last. */
  readonly heardAt: number;
  readonly testing?: { readonly since: number; readonly why: TestReason };
  /** There was no room for a test, or it was not the hour. */
  readonly noTestBefore?: number;
}

/** What the document and the switchboard say of it at this moment. */
export interface TrunkRules {
  readonly channels: number;
  /** Calls in progress on it. */
  readonly calls: number;
  /** The document takes it out of service. */
  readonly drained: boolean;
  readonly test?: TestRules;
}

export type TrunkEvent =
  /** The gateway, or the carrier, answers OPTIONS with 2xx, or does not; undefined when nobody knows any more. */
  | { readonly type: 'options'; readonly good: boolean | undefined }
  | { readonly type: 'registration'; readonly good: boolean | undefined }
  | { readonly type: 'line'; readonly evidence: LineEvidence }
  | { readonly type: 'call'; readonly result: CallResult }
  | { readonly type: 'tested'; readonly verdict: TestVerdict }
  | { readonly type: 'drain'; readonly by: string; readonly busy?: boolean }
  | { readonly type: 'put-back' }
  | { readonly type: 'test' }
  /** The rules are others now. */
  | { readonly type: 'rules' }
  /** A gateway's lines are watched no more, or from now on otherwise. */
  | { readonly type: 'lines-forgotten' }
  | { readonly type: 'tick' };

export type TrunkEffect =
  | {
      readonly do: 'changed';
      readonly from: TrunkState;
      readonly to: TrunkState;
      readonly because: readonly Weighed[];
      readonly lastedMs: number;
    }
  | { readonly do: 'test'; readonly why: TestReason };

export interface TrunkStep {
  readonly state: TrunkTruth;
  readonly effects: readonly TrunkEffect[];
}

/** What outlives the service: an order, and how much trouble there was. Evidence is gathered anew. */
export type KeptTruth = Pick<TrunkTruth, 'falls' | 'lastFallAt' | 'troubled' | 'order' | 'tests'>;

export function newTruth(now: number, kept?: KeptTruth): TrunkTruth {
  return {
    falls: 0,
    troubled: false,
    tests: [],
    ...(kept && notAhead(kept, now)),
    state: 'unknown',
    since: now,
    base: 'unknown',
    because: [],
    options: null,
    registration: null,
    lines: {},
    results: [],
    wasUp: false,
    watchedSince: now,
    heardAt: now,
  };
}

/** What was kept by a clock that was ahead of the present one happened now at the latest. */
function notAhead(kept: KeptTruth, now: number): KeptTruth {
  const { lastFallAt } = kept;
  return {
    ...kept,
    tests: kept.tests.map((test) => ({ ...test, at: Math.min(test.at, now) })),
    ...(lastFallAt === undefined ? {} : { lastFallAt: Math.min(lastFallAt, now) }),
  };
}

export const keptOf = ({ falls, lastFallAt, troubled, order, tests }: TrunkTruth): KeptTruth => ({
  falls,
  troubled,
  tests,
  ...(lastFallAt === undefined ? {} : { lastFallAt }),
  ...(order === undefined ? {} : { order }),
});
