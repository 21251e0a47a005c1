/** What of the notices a way tells at once, what it gathers, and when what is gathered goes. Pure. */
import { SEVERITIES, type Severity } from '@branchline/contracts/alarms';
import type { NotifyWay } from '@branchline/contracts/branch/notify';
import type { Notice } from '@branchline/contracts/notice';
import type { WayState } from './state.ts';

/** More than a person reads; the oldest are left out, and counted. */
const MOST_GATHERED = 200;

/** At what moment, by the clock of the box and by that of the branch. */
export interface PaceMoment {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly minuteOfDay: number;
}

export interface Paced {
  readonly state: WayState;
  /** To be sent now, as one message. */
  readonly send: readonly Notice[];
  readonly leftOut: number;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** @param blocked an earlier message of the way has not been taken yet */
export function offer(
  way: NotifyWay,
  state: WayState,
  notice: Notice,
  blocked: boolean,
  at: PaceMoment,
): Paced {
  const { alarm, kind, weight } = notice;
  if (kind === 'cleared') {
    // Over before anybody heard of it. That it was over once before, which may be gathered too, is still news.
    const isUnheard = (each: Notice): boolean => each.alarm.id === alarm.id && each.kind === 'raised';
    if (state.held.some(isUnheard)) {
      const held = state.held.filter((each) => !isUnheard(each));
      return release(way, { ...state, held, told: without(state.told, alarm.id) }, blocked, at);
    }
    if (!state.told.includes(alarm.id)) return { state, send: [], leftOut: 0 };
    return gather(way, { ...state, told: without(state.told, alarm.id) }, notice, blocked, at);
  }
  if (rank(weight) < rank(way.from)) return { state, send: [], leftOut: 0 };
  return gather(way, { ...state, told: [...without(state.told, alarm.id), alarm.id] }, notice, blocked, at);
}

function gather(way: NotifyWay, state: WayState, notice: Notice, blocked: boolean, at: PaceMoment): Paced {
  const all = [...state.held, notice];
  const held = all.slice(-MOST_GATHERED);
  return release(way, { ...state, held, leftOut: state.leftOut + all.length - held.length }, blocked, at);
}

/** What is gathered, when it may go. */
export function release(way: NotifyWay, state: WayState, blocked: boolean, at: PaceMoment): Paced {
  const nothing = { state, send: [], leftOut: 0 };
  if (blocked || state.held.length === 0 || waits(way, state, at)) return nothing;
  const made = state.made.filter((each) => each > at.now - way.most.withinMs);
  if (made.length >= way.most.notices) return nothing;
  return {
    state: { ...state, held: [], leftOut: 0, made: [...made, at.now] },
    send: state.held,
    leftOut: state.leftOut,
  };
}

/** In quiet hours, with nothing gathered that is too grave to wait. */
function waits({ quiet }: NotifyWay, { held }: WayState, { minuteOfDay }: PaceMoment): boolean {
  if (!quiet || held.some(({ weight }) => rank(weight) >= rank(quiet.except))) return false;
  const { from, to } = quiet;
  return from < to ? minuteOfDay >= from && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
}

/** Milliseconds until what is gathered may go by what is known now; undefined when nothing is. */
export function releaseIn(way: NotifyWay, state: WayState, at: PaceMoment): number | undefined {
  if (state.held.length === 0) return undefined;
  if (waits(way, state, at)) return 60_000 - (at.now % 60_000);
  const { notices, withinMs } = way.most;
  const made = state.made.filter((each) => each > at.now - withinMs);
  const makesRoom = made[made.length - notices] ?? at.now - withinMs;
  return makesRoom + withinMs - at.now;
}

const without = (ids: readonly string[], id: string): string[] => ids.filter((each) => each !== id);
