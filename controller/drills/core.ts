/**
 * One drill: `(state, event, now) -> (state, effects)`. Pure. The branch is called from outside before the fault, while it lasts, and after it;
 * what the calls found is the report, and decides whether the drill has passed. Whatever ends it, what it changed is taken back.
 *
 * `now` and every time is ms since 1970, by headquarters' clock.
 */
import type { Party } from '@branchline/contracts/continuity';
import {
  HAND_DRILLS,
  type DRILL_PHASES,
  type DRILL_REASONS,
  type DrillKind,
  type DrillState,
} from '@branchline/contracts/http/drills';

export type DrillPhase = (typeof DRILL_PHASES)[number];
export type DrillReason = (typeof DRILL_REASONS)[number];

export interface MeasuredCall {
  readonly at: number;
  readonly phase: DrillPhase;
  /** Who answered; null: nobody. */
  readonly by: Party | null;
  readonly ms: number | null;
}

export interface Drill {
  readonly kind: DrillKind;
  readonly state: DrillState;
  readonly plannedFor: number | null;
  readonly holdMs: number;
  /** For so long the box may take to come home, ms. */
  readonly homeWithinMs: number;
  /** For so long nobody may answer while a person's hands are the fault, ms. */
  readonly silentMs: number;
  /** '1' for each hour of the branch's week in which it may begin, from Monday 00:00; null: any. */
  readonly hours: string | null;
  readonly begunAt: number | null;
  readonly movedAt: number | null;
  readonly liftedAt: number | null;
  readonly homeAt: number | null;
  readonly endedAt: number | null;
  readonly because: DrillReason | null;
  readonly endedBy: string | null;
  readonly calls: readonly MeasuredCall[];
  /** A call is under way. */
  readonly calling: boolean;
  /** What the drill found wrong so far; it still goes on to take back what it changed. */
  readonly fault: DrillReason | null;
}

/** What is seen of the branch each time. */
export interface Seen {
  readonly standInReady: boolean;
  readonly answers: Party | null;
  /** A person has ordered who is to answer: that goes before any drill. */
  readonly personOrdered: boolean;
  /** It may begin, by its hours, and they last as long as it does. */
  readonly quiet: boolean;
}

export type DrillEvent =
  | { readonly is: 'look'; readonly seen: Seen }
  | { readonly is: 'called'; readonly at: number; readonly by: Party | null; readonly ms: number | null }
  /** No call could be placed: that says nothing of the branch. */
  | { readonly is: 'not-placed' }
  | { readonly is: 'refused' }
  /** By the person who did it. */
  | { readonly is: 'undone' }
  | { readonly is: 'stopped'; readonly who: string };

export type DrillEffect =
  | { readonly do: 'call' }
  /** Null: headquarters decides by itself again. */
  | { readonly do: 'order'; readonly to: Party | null }
  | { readonly do: 'cut-uplink'; readonly forMs: number };

export interface DrillStep {
  readonly drill: Drill;
  readonly effects: readonly DrillEffect[];
}

/** So many calls find that the box answers, before and after. */
const CALLS_EACH_SIDE = 3;
/** Longest time from the fault until the other answers, ms. */
export const MOVE_WITHIN_MS = 120_000;
const OPEN: ReadonlySet<DrillState> = new Set(['waiting', 'before', 'moving', 'held', 'returning']);
export const isOpen = ({ state }: Pick<Drill, 'state'>): boolean => OPEN.has(state);

/** Who answers is by its order, which is to be taken back. */
export const hasOrdered = ({ kind, begunAt }: Pick<Drill, 'kind' | 'begunAt'>): boolean =>
  kind === 'move' && begunAt !== null;

export type DrillPlan = Pick<Drill, 'kind' | 'plannedFor' | 'holdMs' | 'homeWithinMs' | 'silentMs' | 'hours'>;

export const planned = (of: DrillPlan): Drill => ({
  ...of,
  state: 'waiting',
  begunAt: null,
  movedAt: null,
  liftedAt: null,
  homeAt: null,
  endedAt: null,
  because: null,
  endedBy: null,
  calls: [],
  calling: false,
  fault: null,
});

export function step(drill: Drill, event: DrillEvent, now: number): DrillStep {
  if (!isOpen(drill)) return still(drill);
  switch (event.is) {
    case 'look':
      return looked(drill, event.seen, now);
    case 'called':
      return called(drill, event, now);
    case 'not-placed':
      // Nothing has been done yet: a stand-in that cannot call is not ready. Later it tries again, until its time is over.
      if (drill.state === 'before') return end({ ...drill, fault: 'stand-in-not-ready' }, now);
      return still({ ...drill, calling: false });
    case 'refused':
      return goHome({ ...drill, fault: 'refused-by-box' }, now);
    case 'undone':
      return drill.state === 'held' && isByHand(drill) ? goHome(drill, now) : still(drill);
    case 'stopped':
      return stopped({ ...drill, endedBy: event.who }, now);
  }
}

function looked(drill: Drill, seen: Seen, now: number): DrillStep {
  const isPlanned = drill.plannedFor !== null && now < drill.plannedFor;
  // What hands at the branch do is not ordered by anybody, and has to be seen to be undone.
  if (seen.personOrdered && !isPlanned && !isByHand(drill))
    return end({ ...drill, fault: 'person-ordered' }, now);
  switch (drill.state) {
    case 'waiting':
      if (isPlanned) return still(drill);
      if (!seen.quiet) return still(drill);
      if (!seen.standInReady) return end({ ...drill, fault: 'stand-in-not-ready' }, now);
      return call({ ...drill, state: 'before' });
    case 'moving':
      if (now - (drill.begunAt ?? now) > MOVE_WITHIN_MS) return goHome({ ...drill, fault: 'not-moved' }, now);
      return call(drill);
    case 'held':
      if (now - (drill.movedAt ?? drill.begunAt ?? now) >= drill.holdMs) return goHome(drill, now);
      return call(drill);
    case 'returning':
      if (now - (drill.liftedAt ?? now) > drill.homeWithinMs)
        return end({ ...drill, fault: drill.fault ?? 'did-not-come-home' }, now);
      return call(drill);
    default:
      return call(drill);
  }
}

function called(before: Drill, { at, by, ms }: DrillEvent & { is: 'called' }, now: number): DrillStep {
  const phase = phaseOf(before);
  const drill = { ...before, calling: false, calls: [...before.calls, { at, phase, by, ms }] };
  switch (drill.state) {
    case 'before':
      if (by !== 'box') return end({ ...drill, fault: 'box-does-not-answer' }, now);
      return drill.calls.length < CALLS_EACH_SIDE ? still(drill) : begin(drill, now);
    case 'moving':
      return by === 'stand-in' ? still({ ...drill, state: 'held', movedAt: at }) : still(drill);
    case 'held':
      return still(isByHand(drill) ? whileByHand(drill, at, now) : asExpected(drill, by));
    case 'returning':
      return backAtBox(drill, at, now);
    default:
      return still(drill);
  }
}

const phaseOf = ({ state }: Drill): DrillPhase =>
  state === 'returning' ? 'after' : state === 'moving' || state === 'held' ? 'during' : 'before';

const isByHand = ({ kind }: Drill): boolean => HAND_DRILLS.includes(kind);

/** A box that is only cut off from headquarters goes on answering. */
function asExpected(drill: Drill, by: Party | null): Drill {
  const expected: Party = drill.kind === 'move' ? 'stand-in' : 'box';
  return by === expected ? drill : { ...drill, fault: 'call-unanswered' };
}

/** Either may answer: which of them, and after how long, is what the drill is to show. */
function whileByHand(drill: Drill, at: number, now: number): Drill {
  const last = drill.calls.at(-1);
  const movedAt = drill.movedAt ?? (last?.by === 'stand-in' ? at : null);
  return withSilence({ ...drill, movedAt }, now);
}

/** Since the last call that somebody answered, or the fault. */
function withSilence(drill: Drill, now: number): Drill {
  const answered = drill.calls.findLast(({ by }) => by !== null)?.at ?? 0;
  const silentFor = now - Math.max(answered, drill.begunAt ?? 0);
  if (drill.calls.at(-1)?.by !== null || silentFor <= drill.silentMs) return drill;
  return { ...drill, fault: drill.fault ?? 'unanswered-too-long' };
}

function begin(drill: Drill, now: number): DrillStep {
  const begun = { ...drill, begunAt: now };
  if (drill.kind === 'move')
    return { drill: { ...begun, state: 'moving' }, effects: [{ do: 'order', to: 'stand-in' }] };
  const held: Drill = { ...begun, state: 'held' };
  return drill.kind === 'cut-uplink'
    ? { drill: held, effects: [{ do: 'cut-uplink', forMs: drill.holdMs }] }
    : still(held);
}

/** Every call while it was moved was answered, and now those at the box are. */
function backAtBox(drill: Drill, at: number, now: number): DrillStep {
  const since = drill.calls.filter((each) => each.at >= (drill.liftedAt ?? 0) && each.phase === 'after');
  const last = since.slice(-CALLS_EACH_SIDE);
  const homeAt = drill.homeAt ?? (last.at(-1)?.by === 'box' ? at : null);
  const known = { ...drill, homeAt };
  // On the way back either may answer; nobody is a fault, at once where no hand was in it.
  const found = isByHand(drill)
    ? withSilence(known, now)
    : { ...known, fault: drill.fault ?? (last.at(-1)?.by === null ? 'call-unanswered' : null) };
  return last.length === CALLS_EACH_SIDE && last.every(({ by }) => by === 'box')
    ? end(found, now)
    : still(found);
}

function goHome(drill: Drill, now: number): DrillStep {
  const lifted: Drill = { ...drill, state: 'returning', liftedAt: now };
  return { drill: lifted, effects: drill.kind === 'move' ? [{ do: 'order', to: 'box' }] : [] };
}

function stopped(drill: Drill, now: number): DrillStep {
  const told: Drill = { ...drill, fault: 'ordered' };
  return drill.begunAt === null || drill.state === 'returning' ? end(told, now) : goHome(told, now);
}

function end(drill: Drill, now: number): DrillStep {
  const { fault } = drill;
  const state: DrillState = fault === null ? 'passed' : fault === 'ordered' ? 'stopped' : 'failed';
  const ended: Drill = { ...drill, state, because: fault, endedAt: now, calling: false };
  return { drill: ended, effects: hasOrdered(drill) ? [{ do: 'order', to: null }] : [] };
}

/** One call after the other. */
const call = (drill: Drill): DrillStep =>
  drill.calling ? still(drill) : { drill: { ...drill, calling: true }, effects: [{ do: 'call' }] };

const still = (drill: Drill): DrillStep => ({ drill, effects: [] });
