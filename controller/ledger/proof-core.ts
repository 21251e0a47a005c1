/**
 * How one box's ledger is held against the box's own: `(state, event, now) -> (state, effects)`. Pure; `now` is monotonic ms.
 *
 * Once a day everything up to the last number without a gap is compared. Where it differs, halves are compared until the
 * first different block is found; that is taken out and asked for again, and everything is compared anew. What
 * differs still after it was sent again, or is kept no more at the box, is told.
 */
import { BLOCK, halvesOf } from '@branchline/contracts/ledger-digest';

export interface ProofTuning {
  readonly everyMs: number;
  /** How long an answer may take: a box hashes its whole history once. */
  readonly answerMs: number;
  /** After silence, and after a stretch that could not be made equal. */
  readonly retryMs: number;
  /** How long a stretch that was asked for again may take to come. */
  readonly healMs: number;
  /** A stretch of at most so many events is asked for again whole. */
  readonly healEvents: number;
}

export const PROOF_TUNING: ProofTuning = {
  everyMs: 24 * 3_600_000,
  answerMs: 120_000,
  retryMs: 3_600_000,
  healMs: 120_000,
  healEvents: BLOCK,
};

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Round {
  /** Compared are 1 to this, until all is equal: so the same halves are cut each time. */
  readonly upto: number;
  /** Where stretches begin that were asked for again. */
  readonly healed: readonly number[];
}

export type ProofState =
  | { readonly phase: 'resting'; readonly dueAt: number }
  | {
      readonly phase: 'asking';
      readonly asked: Stretch;
      /** Known to hold the first difference; null while everything is compared. */
      readonly within: Stretch | null;
      readonly since: number;
      readonly round: Round;
    }
  | {
      readonly phase: 'healing';
      readonly stretch: Stretch;
      readonly since: number;
      readonly round: Round;
    };

export type ProofEvent =
  /** Time has passed, or something of the box has changed. `upto`: everything to this number is here. */
  | { readonly is: 'look'; readonly online: boolean; readonly upto: number }
  | { readonly is: 'wanted' }
  /** `not-kept`: the box has not got all of it any more. */
  | { readonly is: 'compared'; readonly stretch: Stretch; readonly found: 'equal' | 'differs' | 'not-kept' };

export type ProofEffect =
  | { readonly do: 'ask'; readonly stretch: Stretch }
  | { readonly do: 'heal'; readonly stretch: Stretch }
  | { readonly do: 'proven'; readonly upto: number }
  | {
      readonly do: 'differs';
      readonly stretch: Stretch;
      readonly because: 'not-kept' | 'not-healed';
    };

export interface ProofStep {
  readonly state: ProofState;
  readonly effects: readonly ProofEffect[];
}

/** When to look again. */
export function wakeOf(state: ProofState, tuning: ProofTuning): number {
  switch (state.phase) {
    case 'resting':
      return state.dueAt;
    case 'asking':
      return state.since + tuning.answerMs;
    case 'healing':
      return state.since + tuning.healMs;
  }
}

export function stepProof(state: ProofState, event: ProofEvent, now: number, tuning: ProofTuning): ProofStep {
  switch (event.is) {
    case 'look':
      return look(state, event, now, tuning);
    case 'wanted':
      return stay(state.phase === 'resting' ? { phase: 'resting', dueAt: now } : state);
    case 'compared':
      return compared(state, event, now, tuning);
  }
}

const stay = (state: ProofState): ProofStep => ({ state, effects: [] });

function look(
  state: ProofState,
  { online, upto }: { online: boolean; upto: number },
  now: number,
  tuning: ProofTuning,
): ProofStep {
  // A comparison that was broken off begins anew when the box is back.
  if (!online) return stay(state.phase === 'resting' ? state : { phase: 'resting', dueAt: now });
  switch (state.phase) {
    case 'resting':
      return upto > 0 && now >= state.dueAt ? whole({ upto, healed: [] }, now) : stay(state);
    case 'asking':
      if (now - state.since < tuning.answerMs) return stay(state);
      return stay({ phase: 'resting', dueAt: now + tuning.retryMs });
    case 'healing':
      if (upto >= state.round.upto) return whole(state.round, now);
      if (now - state.since < tuning.healMs) return stay(state);
      return unhealed(state.stretch, 'not-kept', now, tuning);
  }
}

function whole(round: Round, now: number): ProofStep {
  const asked = { from: 1, to: round.upto };
  return {
    state: { phase: 'asking', asked, within: null, since: now, round },
    effects: [{ do: 'ask', stretch: asked }],
  };
}

function compared(
  state: ProofState,
  { stretch, found }: { stretch: Stretch; found: 'equal' | 'differs' | 'not-kept' },
  now: number,
  tuning: ProofTuning,
): ProofStep {
  if (state.phase !== 'asking' || state.asked.from !== stretch.from || state.asked.to !== stretch.to)
    return stay(state);
  const { within, round } = state;
  if (found === 'not-kept') return unhealed(within ?? stretch, 'not-kept', now, tuning);
  if (found === 'differs') return narrow(stretch, round, now, tuning);
  if (within) return narrow({ from: stretch.to + 1, to: within.to }, round, now, tuning);
  return {
    state: { phase: 'resting', dueAt: now + tuning.everyMs },
    effects: [{ do: 'proven', upto: stretch.to }],
  };
}

/** The first difference is in here. */
function narrow(within: Stretch, round: Round, now: number, tuning: ProofTuning): ProofStep {
  if (within.to - within.from >= tuning.healEvents) {
    const [{ from, to }] = halvesOf(within.from, within.to);
    const asked = { from, to };
    return {
      state: { phase: 'asking', asked, within, since: now, round },
      effects: [{ do: 'ask', stretch: asked }],
    };
  }
  if (round.healed.includes(within.from)) return unhealed(within, 'not-healed', now, tuning);
  const healing = { ...round, healed: [...round.healed, within.from] };
  return {
    state: { phase: 'healing', stretch: within, since: now, round: healing },
    effects: [{ do: 'heal', stretch: within }],
  };
}

function unhealed(
  stretch: Stretch,
  because: 'not-kept' | 'not-healed',
  now: number,
  tuning: ProofTuning,
): ProofStep {
  return {
    state: { phase: 'resting', dueAt: now + tuning.retryMs },
    effects: [{ do: 'differs', stretch, because }],
  };
}
