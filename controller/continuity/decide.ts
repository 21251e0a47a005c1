/**
 * Who should answer for a branch: `(state, seen, now) -> (state, effects)`. Pure; who does is the lease's business.
 *
 * A box is thought dead only when two sources say so that do not hang on one another: its own silence, and somebody who called it. A box
 * that is silent and answers a call is cut off from headquarters and serves its branch: nothing is moved. One that asks to be relieved is.
 * It comes home when it has been well without a break for as long as the document says, and longer each time that it fell away again.
 *
 * `now` and every time in what is seen is ms since 1970, by headquarters' clock.
 */
import type { Party } from '@branchline/contracts/continuity';

export const CONTINUITY_STATES = ['serving', 'suspect', 'standing-in', 'returning'] as const;
export type ContinuityName = (typeof CONTINUITY_STATES)[number];

/** Why a branch is where it is; the pages have words for each. */
export type Ground =
  | 'well'
  | 'silent'
  | 'silent-but-answers'
  | 'engine-down'
  | 'silent-and-no-answer'
  | 'engine-down-and-no-answer'
  | 'power-asked'
  | 'ordered'
  | 'not-yet-proven'
  | 'stand-in-gone'
  | 'proving'
  | 'dropped';

export interface ContinuityState {
  readonly name: ContinuityName;
  readonly because: Ground;
  readonly since: number;
  /** Since when the box has been well without a break. */
  readonly wellSince: number | null;
  /** How often it fell away again soon after it had come home. */
  readonly relapses: number;
  readonly cameHomeAt: number | null;
}

/** What somebody outside found who called the branch: by one of its numbers, or the carrier as it brought a call. */
export interface Probe {
  readonly answered: boolean;
  readonly begunAt: number;
  /** Nobody was asked to call: the carrier brought a caller elsewhere. */
  readonly brought?: true;
}

export interface Seen {
  /** Since when it is there, or gone. */
  readonly presence: { readonly online: boolean; readonly since: number };
  readonly engineUp: boolean;
  /** Of the telephones and trunks that it had when it was last well: enough are there. */
  readonly registered: boolean;
  readonly powerAsks: boolean;
  /** The last one of each source that hangs on nothing of the box's uplink. */
  readonly probes: readonly Probe[];
  /** A person or a drill wants it so, whatever else is seen. */
  readonly order: 'stand-in' | 'box' | null;
  readonly answers: Party | null;
  /** The stand-in could take a call now. */
  readonly standInThere: boolean;
  /** Its document has no stand-in any more: it is to come home, and that is all. */
  readonly dropped: boolean;
}

export interface ContinuityRules {
  /** Silence of the box before it may be taken for dead, ms. */
  readonly moveAfterMs: number;
  /** It must be well for so long before its numbers come home, ms. */
  readonly comeHomeAfterMs: number;
}

export type ContinuityEffect =
  | { readonly do: 'want'; readonly party: Party }
  /** Somebody outside is to call the branch now. */
  | { readonly do: 'probe' }
  /** So that it can answer within moments if it must. */
  | { readonly do: 'warm' };

export interface ContinuityStep {
  readonly state: ContinuityState;
  readonly effects: readonly ContinuityEffect[];
}

/** Called again after that while in doubt, ms. */
export const PROBE_AGAIN_MS = 10_000;
/** Falling away within this after coming home counts as a relapse, ms. */
export const RELAPSE_WITHIN_MS = 15 * 60_000;
/** The wait before coming home doubles with each relapse, so often. */
const MOST_DOUBLINGS = 4;

export const atFirst = (now: number): ContinuityState => ({
  name: 'serving',
  because: 'well',
  since: now,
  wellSince: null,
  relapses: 0,
  cameHomeAt: null,
});

/** Who is to answer by it. */
export const wantedBy = ({ name }: ContinuityState): Party => (name === 'standing-in' ? 'stand-in' : 'box');

export function decide(
  rules: ContinuityRules,
  state: ContinuityState,
  looked: Seen,
  now: number,
): ContinuityStep {
  const seen: Seen = looked.dropped ? { ...looked, order: 'box' } : looked;
  const kept = { ...state, wellSince: isWell(seen) ? (state.wellSince ?? now) : null };
  switch (state.name) {
    case 'serving':
    case 'suspect':
      return whileItAnswers(rules, kept, seen, now);
    case 'standing-in':
    case 'returning':
      return whileRelieved(rules, kept, seen, now);
  }
}

const isWell = ({ presence, engineUp, registered, powerAsks }: Seen): boolean =>
  presence.online && engineUp && registered && !powerAsks;

function whileItAnswers(
  rules: ContinuityRules,
  state: ContinuityState,
  seen: Seen,
  now: number,
): ContinuityStep {
  if (seen.order === 'stand-in') return relieve(state, 'ordered', now);
  if (seen.powerAsks && seen.order !== 'box') return relieve(state, 'power-asked', now);
  const { presence, engineUp, probes } = seen;
  const doubt = !presence.online ? 'silent' : engineUp ? undefined : 'engine-down';
  if (!doubt) return { state: goTo(state, 'serving', 'well', now), effects: [] };
  const since = state.name === 'suspect' ? state.since : now;
  const from = presence.online ? since : Math.min(since, presence.since);
  const newest = probes.filter(({ begunAt }) => begunAt >= from).toSorted((a, b) => b.begunAt - a.begunAt);
  const last = newest.find(({ brought }) => !brought);
  const isDead = newest.length > 0 && newest.every(({ answered }) => !answered);
  if (isDead && now - from >= rules.moveAfterMs && seen.order !== 'box')
    return relieve(state, doubt === 'silent' ? 'silent-and-no-answer' : 'engine-down-and-no-answer', now);
  const asks = !last || now - last.begunAt >= PROBE_AGAIN_MS;
  const effects: ContinuityEffect[] = asks ? [{ do: 'probe' }] : [];
  if (state.name === 'serving') effects.push({ do: 'warm' });
  const answered = newest.some((probe) => probe.answered);
  return {
    state: goTo(state, 'suspect', answered && doubt === 'silent' ? 'silent-but-answers' : doubt, now),
    effects,
  };
}

function relieve(state: ContinuityState, because: Ground, now: number): ContinuityStep {
  const soon = state.cameHomeAt !== null && now - state.cameHomeAt < RELAPSE_WITHIN_MS;
  // Who was ordered away has not failed.
  const more = because === 'ordered' ? 0 : 1;
  const relapses = soon ? state.relapses + more : 0;
  return {
    state: { ...goTo(state, 'standing-in', because, now), relapses },
    effects: [{ do: 'want', party: 'stand-in' }],
  };
}

function whileRelieved(
  rules: ContinuityRules,
  state: ContinuityState,
  seen: Seen,
  now: number,
): ContinuityStep {
  // A stand-in that is not there yet is waited for while the box answers: else the order would move the branch to and fro.
  if (seen.order === 'stand-in' && (seen.standInThere || seen.answers === 'box')) {
    const effects: ContinuityEffect[] = state.name === 'returning' ? [{ do: 'want', party: 'stand-in' }] : [];
    return { state: goTo(state, 'standing-in', 'ordered', now), effects };
  }
  if (state.name === 'returning') {
    if (seen.answers === 'box')
      return { state: { ...goTo(state, 'serving', 'well', now), cameHomeAt: now }, effects: [] };
    if (state.wellSince !== null || seen.order === 'box') return { state, effects: [] };
    return {
      state: goTo(state, 'standing-in', 'not-yet-proven', now),
      effects: [{ do: 'want', party: 'stand-in' }],
    };
  }
  // One that has not proved itself is better than nobody.
  if (!seen.standInThere && state.wellSince !== null)
    return { state: goTo(state, 'returning', 'stand-in-gone', now), effects: [{ do: 'want', party: 'box' }] };
  if (seen.order !== 'box' && !isProven(rules, state, seen, now)) {
    const because = state.wellSince === null ? state.because : 'proving';
    return { state: goTo(state, 'standing-in', because, now), effects: askAgain(state, seen, now) };
  }
  const because = seen.dropped ? 'dropped' : 'proving';
  return { state: goTo(state, 'returning', because, now), effects: [{ do: 'want', party: 'box' }] };
}

/** How long it must be well before its numbers come home, ms. */
export const provesFor = ({ comeHomeAfterMs }: ContinuityRules, { relapses }: ContinuityState): number =>
  comeHomeAfterMs * 2 ** Math.min(relapses, MOST_DOUBLINGS);

function isProven(rules: ContinuityRules, state: ContinuityState, seen: Seen, now: number): boolean {
  const { wellSince } = state;
  if (wellSince === null || now - wellSince < provesFor(rules, state)) return false;
  const [newest] = seen.probes.toSorted((a, b) => b.begunAt - a.begunAt);
  return newest !== undefined && newest.begunAt >= wellSince && newest.answered;
}

/** Before it comes home somebody has to have called it, and got through. */
function askAgain(state: ContinuityState, seen: Seen, now: number): ContinuityEffect[] {
  const { wellSince } = state;
  if (wellSince === null) return [];
  const asked = seen.probes.filter(({ brought }) => !brought);
  const newest = Math.max(-Infinity, ...asked.map(({ begunAt }) => begunAt));
  return newest < wellSince || now - newest >= PROBE_AGAIN_MS ? [{ do: 'probe' }] : [];
}

function goTo(state: ContinuityState, name: ContinuityName, because: Ground, now: number): ContinuityState {
  if (state.name !== name) return { ...state, name, because, since: now };
  return state.because === because ? state : { ...state, because };
}
