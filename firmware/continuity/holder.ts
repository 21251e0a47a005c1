/**
 * What one party knows of its rights: `(state, event, now) -> state`. Pure.
 *
 * The highest number that was heard counts, and is remembered over a restart. The right to answer lasts until another lease says
 * otherwise: whom the network brings calls to is headquarters' business, not the clock's. The right to act ends by itself, so that another
 * may have it for certain. It outlives its term only on a line of the branch's own: while that line is up without a break, headquarters
 * would have got through by it, and so gives the right to nobody else.
 *
 * `now` is ms of a clock that only goes forward, and starts anywhere: it is never compared with another's.
 */
import { LEASE_TERM_MS, type Lease, type Party } from '@branchline/contracts/continuity';

export interface HolderState {
  readonly lease: Lease | null;
  /** The right to act was renewed until then; null since the start of the service. */
  readonly until: number | null;
  /** The line of the branch's own was up when the term ended, and ever since. */
  readonly proven: boolean;
  readonly ownLineUp: boolean;
  /** The last question, and when it was asked. */
  readonly asked: { readonly nonce: string; readonly at: number } | null;
}

export type HolderEvent =
  | { readonly is: 'asks'; readonly nonce: string }
  /** `nonce` of the question that it answers; without one it is only news. */
  | { readonly is: 'heard'; readonly lease: Lease; readonly nonce?: string }
  | { readonly is: 'line'; readonly up: boolean };

export interface Rights {
  readonly answers: boolean;
  readonly acts: boolean;
}

/** As it is after a start: what was kept of the lease counts, and nothing is known of the rest. */
export const started = (kept: Lease | null): HolderState => ({
  lease: kept,
  until: null,
  proven: false,
  ownLineUp: false,
  asked: null,
});

export function hold(state: HolderState, event: HolderEvent, now: number): HolderState {
  switch (event.is) {
    case 'asks':
      return { ...state, asked: { nonce: event.nonce, at: now } };
    case 'line':
      return { ...state, ownLineUp: event.up, proven: event.up && (state.proven || isFresh(state, now)) };
    case 'heard':
      return heard(state, event, now);
  }
}

function heard(
  state: HolderState,
  { lease, nonce }: HolderEvent & { is: 'heard' },
  now: number,
): HolderState {
  if (state.lease && lease.n < state.lease.n) return state;
  const renewed = state.asked !== null && nonce === state.asked.nonce;
  if (!renewed) return { ...state, lease };
  const until = state.asked.at + LEASE_TERM_MS;
  // An answer that took longer than the term proves nothing of the line meanwhile.
  return { ...state, lease, asked: null, until, proven: state.ownLineUp && now < until };
}

export function rightsOf(state: HolderState, me: Party, now: number): Rights {
  const { lease } = state;
  return {
    answers: lease?.answers === me,
    acts: lease?.acts === me && (isFresh(state, now) || state.proven),
  };
}

const isFresh = ({ until }: HolderState, now: number): boolean => until !== null && now < until;
