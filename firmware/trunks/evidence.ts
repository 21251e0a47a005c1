/** What may be said of a trunk, by whom, how much it counts and how long it holds. Pure. */
import type { EvidenceKind, Ground, GroundCode, TestReason, TestVerdict } from '@branchline/contracts/trunks';

/** How one real call fared on the trunk, as far as the trunk is answerable for it. */
export interface CallResult {
  /** The leg; of a call that came in, the call. What is told of it later takes the place of what was told before. */
  readonly id: string;
  readonly at: number;
  readonly fared:
    | 'answered'
    /** Answered and over so soon that something may be wrong with it. */
    | 'short'
    /** Answered, and no sound came. */
    | 'one-way'
    /** The called party refused, was busy or did not answer: the trunk has done its work. */
    | 'reached'
    /** The trunk's fault, or the network's behind it. */
    | 'failed'
    /** No channel was free. */
    | 'full'
    /** Refused as if no channel were free, though by our count some are, and others talk on it. */
    | 'full-early'
    /** Came in by it. */
    | 'came';
}

export interface TestResult {
  readonly at: number;
  readonly verdict: TestVerdict;
  readonly why: TestReason;
}

/** A piece of evidence while it is being weighed. Times in ms since 1970. */
export interface Weighed {
  readonly kind: EvidenceKind;
  readonly verdict: Ground['verdict'];
  readonly what: GroundCode;
  /** Since when it says so. */
  readonly at: number;
  /** When it is too old to count; undefined for what holds until something else is said. */
  readonly until?: number;
  readonly detail?: string;
  /** Channels that are out of use by it. */
  readonly blocked?: number;
}

/**
 * Which evidence counts more where two are at odds. The wire comes first: without it nothing else can be. A call that was
 * heard is stronger than an answer to OPTIONS, but only for what it proves: see `outweighs`.
 */
export const WEIGHTS: Readonly<Record<EvidenceKind, number>> = {
  physical: 100,
  signalling: 80,
  'test-call': 60,
  calls: 40,
  order: 100,
};

const MINUTE_MS = 60_000;

/** How long evidence holds, ms. Signalling holds until the engine says otherwise: it asks every other second, and tells changes. */
export const HOLDS_MS = {
  /** Read again and again; a document may ask for that once an hour only. */
  read: 120 * MINUTE_MS,
  /** Since it can be read no more. */
  unread: 3 * MINUTE_MS,
  /** Told once, when it changes; its all-clear may have been lost. */
  told: 60 * MINUTE_MS,
  calls: 15 * MINUTE_MS,
  /** At least; a trunk that is tested more seldom keeps a verdict for two of its rounds. */
  test: 60 * MINUTE_MS,
} as const;

/**
 * Proof through the line, of sound heard, counts for more than anything but the wire itself when it is newer: a gateway that
 * never answers OPTIONS may carry calls well.
 */
export function outweighs(good: Weighed, bad: Weighed): boolean {
  if (good.verdict !== 'good' || bad.kind === 'physical' || bad.kind === 'order') return false;
  const isProof = good.kind === 'calls' || good.kind === 'test-call';
  return isProof && good.kind !== bad.kind && good.at > bad.at;
}

export const groundOf = ({ kind, verdict, what, at, detail }: Weighed): Ground => ({
  kind,
  verdict,
  what,
  at: new Date(at).toISOString(),
  ...(detail === undefined ? {} : { detail }),
});
