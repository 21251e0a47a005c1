/**
 * What a box does with the document that headquarters wants in force: `(state, event) -> (state, effects)`. Pure.
 *
 * A document is tried before it stays: for a window the one before it is kept ready, and comes back unless headquarters has heard of the new
 * one and lines and telephones are still there. The state is on disk before a document changes, so a restart keeps the promise.
 * `now` is monotonic milliseconds, `wall` milliseconds since 1970: only stamps and the time of a restart go by the wall.
 */
import type { Conflict } from '@branchline/contracts/branch/difference';
import type { Desired, DesiredState, Version } from '@branchline/contracts/fleet/documents';

export type Because = NonNullable<DesiredState['because']>;
type Faults = NonNullable<DesiredState['faults']>;

export interface Text {
  readonly revision: string;
  readonly source: string;
}

/** What can be reached, by name. */
export interface Up {
  readonly trunks: readonly string[];
  readonly phones: readonly string[];
}

export interface Common extends Text {
  readonly version: number;
}

export interface Trial {
  readonly desired: Desired;
  readonly before: Text;
  readonly target: Text;
  readonly conflicts: readonly Conflict[];
  /** What could be reached before, and stands in the new document too. */
  readonly up: Up;
  readonly phase: 'applying' | 'watching' | 'reverting';
  readonly because?: Because;
  /** Wall, ms: for a service that is started anew. */
  readonly begunAt: number;
  /** Monotonic, ms. */
  readonly until: number;
  readonly heard: boolean;
}

export interface Outcome {
  readonly state: 'confirmed' | 'refused' | 'reverted';
  /** Wall, ms. */
  readonly at: number;
  readonly because?: Because;
  readonly faults?: Faults;
  readonly conflicts?: readonly Conflict[];
}

export interface State {
  readonly seen: Version | null;
  readonly common: Common | null;
  readonly outcome: Outcome | null;
  readonly trial: Trial | null;
  /** Came while another was tried. */
  readonly next: Desired | null;
}

export const NOTHING_YET: State = { seen: null, common: null, outcome: null, trial: null, next: null };

export type Verdict =
  | { readonly ok: false; readonly faults: Faults }
  | {
      readonly ok: true;
      readonly target: Text;
      readonly conflicts: readonly Conflict[];
      /** Of what can be reached now, what the new document still has. */
      readonly up: Up;
    };

export type Event =
  | { readonly is: 'started'; readonly inForce: string; readonly wall: number }
  | { readonly is: 'desired'; readonly desired: Desired }
  | {
      readonly is: 'judged';
      readonly desired: Desired;
      readonly verdict: Verdict;
      readonly inForce: Text;
      readonly wall: number;
    }
  | { readonly is: 'put'; readonly wall: number }
  | { readonly is: 'not-put'; readonly wall: number }
  /** Headquarters has heard that this revision is in force. */
  | { readonly is: 'heard'; readonly revision: string }
  /** Some document was put in force, by whomever. */
  | { readonly is: 'changed'; readonly revision: string; readonly wall: number }
  | { readonly is: 'due'; readonly connected: boolean; readonly up: Up; readonly wall: number };

export type Effect =
  | { readonly do: 'judge'; readonly desired: Desired }
  /** To disk. What follows is not done when it fails, but for a way back. */
  | { readonly do: 'save' }
  | { readonly do: 'put'; readonly text: Text; readonly way: 'forward' | 'back' }
  | { readonly do: 'report' }
  | { readonly do: 'enter'; readonly version: number; readonly what: string }
  | { readonly do: 'wake'; readonly at: number };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** After a way back that could not be written. */
export const RETRY_MS = 10_000;

const stay = (state: State): Step => ({ state, effects: [] });
const windowOf = (desired: Desired): number => desired.confirmWithinS * 1_000;
const isOf = (version: Version | null, { version: number, revision }: Desired): boolean =>
  version?.version === number && version.revision === revision;

export function step(state: State, event: Event, now: number): Step {
  switch (event.is) {
    case 'started':
      return started(state, event.inForce, event.wall, now);
    case 'desired':
      return asked(state, event.desired);
    case 'judged':
      return judged(state, event, now);
    case 'put':
      return put(state, event.wall);
    case 'not-put':
      return notPut(state, event.wall, now);
    case 'heard': {
      const { trial } = state;
      if (trial?.phase !== 'watching' || event.revision !== trial.target.revision) return stay(state);
      return stay({ ...state, trial: { ...trial, heard: true } });
    }
    case 'changed':
      return changedByHand(state, event.revision, event.wall);
    case 'due':
      return due(state, event, now);
  }
}

function asked(state: State, desired: Desired): Step {
  if (isOf(state.seen, desired)) {
    if (!state.next) return { state, effects: [{ do: 'report' }] };
    return { state: { ...state, next: null }, effects: [{ do: 'save' }, { do: 'report' }] };
  }
  if (!state.trial) return { state, effects: [{ do: 'judge', desired }] };
  return { state: { ...state, next: desired }, effects: [{ do: 'save' }] };
}

function judged(state: State, event: Event & { is: 'judged' }, now: number): Step {
  const { desired, verdict, inForce, wall } = event;
  // Another may have been begun while this one was judged.
  if (state.trial) return asked(state, desired);
  const seen = { version: desired.version, revision: desired.revision };
  if (!verdict.ok) {
    const { faults } = verdict;
    return over({ ...state, seen, outcome: { state: 'refused', at: wall, faults } }, desired, 'refused');
  }
  const { target, conflicts, up } = verdict;
  if (target.revision === inForce.revision) return confirmed({ ...state, seen }, desired, conflicts, wall);
  const trial: Trial = {
    desired,
    before: inForce,
    target,
    conflicts,
    up,
    phase: 'applying',
    begunAt: wall,
    until: now + windowOf(desired),
    heard: false,
  };
  return {
    state: { ...state, seen, trial },
    effects: [{ do: 'save' }, { do: 'put', text: target, way: 'forward' }],
  };
}

function put(state: State, wall: number): Step {
  const { trial } = state;
  if (trial?.phase === 'applying') {
    return {
      state: { ...state, trial: { ...trial, phase: 'watching' } },
      effects: [
        { do: 'save' },
        { do: 'enter', version: trial.desired.version, what: 'tried' },
        { do: 'report' },
        { do: 'wake', at: trial.until },
      ],
    };
  }
  if (trial?.phase === 'reverting') return reverted(state, trial, trial.because ?? 'not-written', wall);
  return stay(state);
}

function notPut(state: State, wall: number, now: number): Step {
  const { trial } = state;
  if (trial?.phase === 'applying') return reverted(state, trial, 'not-written', wall);
  if (trial?.phase === 'reverting') return { state, effects: [{ do: 'wake', at: now + RETRY_MS }] };
  return stay(state);
}

/** A person at the box has put a document of their own in force: it stays, and what is tried has been taken note of. */
function changedByHand(state: State, revision: string, wall: number): Step {
  const { trial } = state;
  if (!trial) return { state, effects: [{ do: 'report' }] };
  if (revision === trial.target.revision || revision === trial.before.revision) return stay(state);
  if (trial.phase === 'reverting') return reverted(state, trial, trial.because ?? 'not-written', wall);
  return confirmed(state, trial.desired, trial.conflicts, wall);
}

function due(state: State, event: Event & { is: 'due' }, now: number): Step {
  const { trial } = state;
  if (!trial) return stay(state);
  if (trial.phase === 'reverting')
    return { state, effects: [{ do: 'put', text: trial.before, way: 'back' }] };
  if (trial.phase !== 'watching') return stay(state);
  if (now < trial.until) return { state, effects: [{ do: 'wake', at: trial.until }] };
  const because = lost(trial, event);
  return because === undefined
    ? confirmed(state, trial.desired, trial.conflicts, event.wall)
    : goBack(state, trial, because);
}

/** What speaks against a document whose window is over. */
function lost(trial: Trial, { connected, up }: Event & { is: 'due' }): Because | undefined {
  if (!trial.heard || !connected) return 'headquarters-lost';
  if (allGone(trial.up.trunks, up.trunks)) return 'trunks-lost';
  return allGone(trial.up.phones, up.phones) ? 'phones-lost' : undefined;
}

const allGone = (before: readonly string[], now: readonly string[]): boolean =>
  before.length > 0 && !before.some((name) => now.includes(name));

function goBack(state: State, trial: Trial, because: Because): Step {
  return {
    state: { ...state, trial: { ...trial, phase: 'reverting', because } },
    effects: [{ do: 'save' }, { do: 'put', text: trial.before, way: 'back' }],
  };
}

function reverted(state: State, { desired }: Trial, because: Because, wall: number): Step {
  const outcome: Outcome = { state: 'reverted', at: wall, because };
  return over({ ...state, outcome, trial: null }, desired, `went back: ${because}`);
}

function confirmed(state: State, desired: Desired, conflicts: readonly Conflict[], wall: number): Step {
  const { version, revision, source } = desired;
  const outcome: Outcome = {
    state: 'confirmed',
    at: wall,
    ...(conflicts.length > 0 ? { conflicts } : {}),
  };
  return over(
    { ...state, common: { version, revision, source }, outcome, trial: null },
    desired,
    'confirmed',
  );
}

/** One is decided; the next is taken in hand. */
function over(state: State, { version }: Desired, what: string): Step {
  const { next } = state;
  return {
    state: { ...state, next: null },
    effects: [
      { do: 'save' },
      { do: 'enter', version, what },
      { do: 'report' },
      ...(next ? [{ do: 'judge', desired: next } as const] : []),
    ],
  };
}

/** The service was started anew, perhaps in the midst of it. */
function started(state: State, inForce: string, wall: number, now: number): Step {
  const { trial, next } = state;
  if (!trial) return { state, effects: next ? [{ do: 'judge', desired: next }] : [] };
  if (trial.phase === 'reverting')
    return { state, effects: [{ do: 'put', text: trial.before, way: 'back' }] };
  const left = windowOf(trial.desired) - clamp(wall - trial.begunAt, 0, windowOf(trial.desired));
  const again: Trial = { ...trial, until: now + left, heard: false };
  if (inForce === trial.target.revision) {
    return {
      state: { ...state, trial: { ...again, phase: 'watching' } },
      effects: [{ do: 'wake', at: again.until }],
    };
  }
  if (inForce !== trial.before.revision) return confirmed(state, trial.desired, trial.conflicts, wall);
  if (trial.phase === 'watching') return reverted(state, trial, 'not-written', wall);
  return {
    state: { ...state, trial: { ...again, until: now + windowOf(trial.desired) } },
    effects: [{ do: 'put', text: trial.target, way: 'forward' }],
  };
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
