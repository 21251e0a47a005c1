/** Messages of alarms on their way: put together, tried, tried again, given up. Pure: `(state, event) -> (state, effects)`. */
import type { NotifyWay } from '@branchline/contracts/branch/notify';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Notice } from '@branchline/contracts/notice';
import { offer, release, releaseIn, type Paced, type PaceMoment } from './pace.ts';
import { NEW_WAY, type Message, type NotifyState, type PastMessage, type WayState } from './state.ts';

/** Waits between tries, ms; the last again and again until a day has passed. */
const AGAIN_MS = [30_000, 120_000, 600_000, 1_800_000] as const;
const GIVEN_UP_AFTER_MS = 24 * 60 * 60_000;
/** From so many tries on it is an alarm: one may be a receiver that restarts. */
const FAILING_FROM = 2;
/** Of those that are over. */
const MOST_PAST = 100;

export type NotifyEvent =
  | { readonly type: 'notice'; readonly notice: Notice; readonly newId: () => string }
  /** Time has passed, or the ways are other ones. */
  | { readonly type: 'look'; readonly newId: () => string }
  | { readonly type: 'taken'; readonly message: string; readonly newId: () => string }
  | {
      readonly type: 'refused';
      readonly message: string;
      readonly detail: string;
      readonly newId: () => string;
    };

export interface NotifyStep {
  readonly state: NotifyState;
  readonly events: readonly NewEvent[];
  /** Ways whose receiver takes what it is sent, or does not. */
  readonly failing: readonly { readonly way: string; readonly detail: string | null }[];
}

type Ways = Readonly<Record<string, NotifyWay>>;
type Draft = { state: NotifyState; events: NewEvent[]; failing: { way: string; detail: string | null }[] };

export function notifyStep(state: NotifyState, event: NotifyEvent, ways: Ways, at: PaceMoment): NotifyStep {
  const draft: Draft = { state: known(state, ways), events: [], failing: [] };
  if (event.type === 'taken') over(draft, event.message, { taken: true, detail: null }, at);
  if (event.type === 'refused') refused(draft, event.message, event.detail, at);
  for (const way of Object.values(ways)) {
    const before = draft.state.ways[way.name] ?? NEW_WAY;
    const blocked = isBlocked(draft.state, way.name);
    const wanted = event.type === 'notice' && !isOwnFailure(event.notice, way.name);
    const paced = wanted ? offer(way, before, event.notice, blocked, at) : release(way, before, blocked, at);
    put(draft, way.name, paced, event.newId, at);
  }
  return draft;
}

/** A way that fails cannot tell that it does. */
const isOwnFailure = ({ alarm }: Notice, way: string): boolean =>
  alarm.code === 'notify-failed' && alarm.subject === way;

/** While a message is not taken, what comes after it is gathered: the order is kept, and a receiver that is back gets one message. */
const isBlocked = ({ waiting }: NotifyState, way: string): boolean =>
  waiting.some((message) => message.way === way);

/** What a way that the document no longer has still held is told to nobody. */
function known(state: NotifyState, ways: Ways): NotifyState {
  const has = (way: string): boolean => Object.hasOwn(ways, way);
  if (Object.keys(state.ways).every(has) && state.waiting.every(({ way }) => has(way))) return state;
  const kept = Object.fromEntries(Object.entries(state.ways).filter(([way]) => has(way)));
  return { ...state, ways: kept, waiting: state.waiting.filter(({ way }) => has(way)) };
}

function put(
  draft: Draft,
  way: string,
  { state, send, leftOut }: Paced,
  newId: () => string,
  { now }: PaceMoment,
): void {
  const { ways, waiting } = draft.state;
  if (ways[way] !== state) draft.state = { ...draft.state, ways: { ...ways, [way]: state } };
  if (send.length === 0) return;
  const message: Message = {
    ...{ id: newId(), way, notices: send, leftOut, at: now },
    ...{ tries: 0, nextAt: now, detail: null },
  };
  draft.state = { ...draft.state, waiting: [...waiting, message] };
}

function refused(draft: Draft, id: string, detail: string, at: PaceMoment): void {
  const message = draft.state.waiting.find((each) => each.id === id);
  if (!message) return;
  const tries = message.tries + 1;
  if (at.now - message.at >= GIVEN_UP_AFTER_MS) {
    over(draft, id, { taken: false, detail }, at);
    draft.failing.push({ way: message.way, detail });
    return;
  }
  const wait = AGAIN_MS[Math.min(tries, AGAIN_MS.length) - 1] ?? AGAIN_MS[0];
  const again = { ...message, tries, detail, nextAt: at.now + wait };
  const waiting = draft.state.waiting.map((each) => (each.id === id ? again : each));
  draft.state = { ...draft.state, waiting };
  if (tries >= FAILING_FROM) draft.failing.push({ way: message.way, detail });
}

function over(
  draft: Draft,
  id: string,
  { taken, detail }: { taken: boolean; detail: string | null },
  { now }: PaceMoment,
): void {
  const message = draft.state.waiting.find((each) => each.id === id);
  if (!message) return;
  const tries = message.tries + 1;
  const past: PastMessage = { ...message, tries, detail, endedAt: now, taken };
  draft.state = {
    ...draft.state,
    waiting: draft.state.waiting.filter((each) => each !== message),
    past: [past, ...draft.state.past].slice(0, MOST_PAST),
  };
  const body = { notice: id, way: message.way, alarms: message.notices.map(({ alarm }) => alarm.id), tries };
  if (taken) {
    draft.events.push({ type: 'notice.sent', at: now, body });
    draft.failing.push({ way: message.way, detail: null });
  } else {
    draft.events.push({ type: 'notice.failed', at: now, body: { ...body, detail: detail ?? '' } });
  }
}

/** Of each way the message that is due, one at a time. */
export function due({ waiting }: NotifyState, now: number): readonly Message[] {
  const heads = new Map<string, Message>();
  for (const message of waiting) if (!heads.has(message.way)) heads.set(message.way, message);
  return [...heads.values()].filter(({ nextAt }) => nextAt <= now);
}

/** Milliseconds until something may be due; undefined when nothing waits. */
export function lookIn(state: NotifyState, ways: Ways, at: PaceMoment): number | undefined {
  const waits = state.waiting.map(({ nextAt }) => nextAt - at.now).filter((wait) => wait > 0);
  for (const way of Object.values(ways)) {
    const held: WayState = state.ways[way.name] ?? NEW_WAY;
    const wait = isBlocked(state, way.name) ? undefined : releaseIn(way, held, at);
    if (wait !== undefined) waits.push(wait);
  }
  return waits.length === 0 ? undefined : Math.min(...waits);
}
