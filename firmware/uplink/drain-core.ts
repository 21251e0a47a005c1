/**
 * How the ledger reaches headquarters: `(state, event, now) -> (state, effects)`. Pure; `now` is monotonic milliseconds.
 *
 * A window of frames may be unacknowledged; when no word comes in time, everything after the last acknowledged number is
 * sent again. Headquarters takes repeats in its stride, so the only promise needed here is that nothing is let go of before
 * it has said so.
 *
 * After a long absence what happens now goes first, and the history that has gathered follows beside it: one frame at a
 * time, with a rest after each as long as it took, so that it has half of the way at most. Headquarters' word is of the
 * highest number without a gap, and so speaks of the history until that is through; then of both.
 */

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface DrainTuning {
  /** How long a new event waits for company. */
  readonly batchMs: number;
  /** From this many waiting events on nobody waits for company. */
  readonly fullFrame: number;
  /** Frames on their way without headquarters' word. */
  readonly window: number;
  /** Between two frames, so that a long history does not hold up calls. */
  readonly gapMs: number;
  /** How long headquarters may stay silent before everything unacknowledged is sent again; doubles up to the second. */
  readonly patienceMs: number;
  readonly longestPatienceMs: number;
  /** After a failed read of the ledger. */
  readonly retryReadMs: number;
  /** From so many waiting events on, a connection begins with what happens now. */
  readonly history: number;
}

export const DRAIN_TUNING: DrainTuning = {
  batchMs: 200,
  fullFrame: 500,
  window: 4,
  gapMs: 10,
  patienceMs: 15_000,
  longestPatienceMs: 300_000,
  retryReadMs: 5_000,
  history: 1_000,
};

/** More questions than this are dropped: headquarters asks again. */
const MOST_ASKED = 16;

export interface DrainState {
  readonly connected: boolean;
  readonly newest: number;
  /** Headquarters has everything up to here. */
  readonly acked: number;
  /** Sent on this connection up to here. */
  readonly sent: number;
  /** The last number of each frame that waits for headquarters' word. */
  readonly flying: readonly number[];
  /** Since when headquarters owes a word. */
  readonly silentSince: number | null;
  readonly patienceMs: number;
  /** Since when something waits to be sent. */
  readonly freshSince: number | null;
  /** No frame before this moment. */
  readonly restUntil: number;
  readonly asked: readonly Stretch[];
  /** An answer is on its way to the broker: one at a time, so that live events are never behind a queue of them. */
  readonly answering: boolean;
  /** What happens beside a history that is on its way; null when there is none. */
  readonly live: Live | null;
}

/** While it is there, `newest`, `sent`, `flying` and what follows from them speak of the history alone. */
export interface Live {
  readonly newest: number;
  readonly sent: number;
  /** Frames that the broker has not taken yet. */
  readonly flying: number;
  readonly freshSince: number | null;
  /** When the history's frame that is on its way was sent. */
  readonly historySentAt: number | null;
  /** No frame of the history before this moment. */
  readonly historyRestUntil: number;
}

/** report: in order. live: ahead of the history. answer: asked for by headquarters. */
export type Purpose = 'report' | 'live' | 'answer';
export type DrainEvent =
  /** `acked`: everything before the oldest row of the outbox. */
  | { readonly is: 'connected'; readonly acked: number; readonly newest: number }
  | { readonly is: 'disconnected' }
  | { readonly is: 'appended'; readonly newest: number }
  | { readonly is: 'ack'; readonly upto: number }
  | { readonly is: 'asked'; readonly stretch: Stretch }
  | { readonly is: 'sent'; readonly purpose: Purpose; readonly upto: number }
  /** The broker has the frame. */
  | { readonly is: 'delivered'; readonly purpose: 'answer' | 'live' }
  | { readonly is: 'unreadable' }
  | { readonly is: 'due' };

export type DrainEffect =
  | { readonly do: 'send'; readonly purpose: Purpose; readonly stretch: Stretch }
  | { readonly do: 'release'; readonly upto: number }
  | { readonly do: 'complain'; readonly about: 'ack-beyond-newest' | 'resending'; readonly number: number }
  | { readonly do: 'wake'; readonly at: number };

export interface Step {
  readonly state: DrainState;
  readonly effects: readonly DrainEffect[];
}

export const idleDrain = (tuning: DrainTuning): DrainState => ({
  connected: false,
  newest: 0,
  acked: 0,
  sent: 0,
  flying: [],
  silentSince: null,
  patienceMs: tuning.patienceMs,
  freshSince: null,
  restUntil: 0,
  asked: [],
  answering: false,
  live: null,
});

export function stepDrain(state: DrainState, event: DrainEvent, now: number, tuning: DrainTuning): Step {
  const taken = take(state, event, now, tuning);
  const followed = follow(taken.state, now, tuning);
  return { state: followed.state, effects: [...taken.effects, ...followed.effects] };
}

/** What the event changes. */
function take(state: DrainState, event: DrainEvent, now: number, tuning: DrainTuning): Step {
  const only = (next: DrainState): Step => ({ state: next, effects: [] });
  switch (event.is) {
    case 'connected': {
      const { acked, newest } = event;
      const waiting = newest > acked ? now - tuning.batchMs : null;
      const live = newest - acked >= tuning.history ? noneLive(newest, now) : null;
      return only({
        ...idleDrain(tuning),
        connected: true,
        acked,
        sent: acked,
        newest,
        freshSince: waiting,
        live,
      });
    }
    case 'disconnected':
      return only({
        ...state,
        ...{ connected: false, flying: [], silentSince: null, asked: [], answering: false, live: null },
      });
    case 'appended':
      if (state.live) return only(appendedLive(state, state.live, event.newest, now));
      if (event.newest <= state.newest) return only(state);
      return only({ ...state, newest: event.newest, freshSince: state.freshSince ?? now });
    case 'ack':
      return acknowledged(state, event.upto, now, tuning);
    case 'asked':
      return only({ ...state, asked: withAsked(state, event.stretch) });
    case 'sent':
      return only(hasSent(state, event.purpose, event.upto, now, tuning));
    case 'delivered':
      return only(delivered(state, event.purpose));
    case 'unreadable':
      return only({ ...state, restUntil: now + tuning.retryReadMs });
    case 'due':
      return only(state);
  }
}

const noneLive = (newest: number, now: number): Live => ({
  ...{ newest, sent: newest, flying: 0, freshSince: null, historySentAt: null, historyRestUntil: now },
});

function appendedLive(state: DrainState, live: Live, newest: number, now: number): DrainState {
  if (newest <= live.newest) return state;
  return { ...state, live: { ...live, newest, freshSince: live.freshSince ?? now } };
}

function delivered(state: DrainState, purpose: 'answer' | 'live'): DrainState {
  if (purpose === 'answer') return { ...state, answering: false };
  const { live } = state;
  return live ? { ...state, live: { ...live, flying: Math.max(0, live.flying - 1) } } : state;
}

/** A word while a history is on its way: the frame has taken this long, and as long is rested; at its end both are one again. */
function acknowledgedBeside(state: DrainState, live: Live, upto: number, now: number): DrainState {
  if (upto >= state.newest) return joined(state, live, upto, now);
  if (live.historySentAt === null || state.flying.length > 0) return state;
  const took = now - live.historySentAt;
  return { ...state, live: { ...live, historySentAt: null, historyRestUntil: now + took } };
}

/** What headquarters does not speak of yet is on its way, or lost: silence will tell. */
function joined(state: DrainState, live: Live, upto: number, now: number): DrainState {
  const sent = Math.max(live.sent, upto);
  const flying = upto < sent ? [sent] : [];
  return {
    ...state,
    ...{
      newest: live.newest,
      sent,
      flying,
      freshSince: sent < live.newest ? (live.freshSince ?? now) : null,
    },
    silentSince: flying.length > 0 ? now : null,
    live: null,
  };
}

function acknowledged(state: DrainState, upto: number, now: number, tuning: DrainTuning): Step {
  const { newest } = state.live ?? state;
  if (upto > newest)
    return { state, effects: [{ do: 'complain', about: 'ack-beyond-newest', number: upto }] };
  if (upto <= state.acked) return { state, effects: [] };
  const flying = state.flying.filter((last) => last > upto);
  const sent = Math.max(state.sent, upto);
  const next = {
    ...state,
    acked: upto,
    sent,
    flying,
    silentSince: flying.length > 0 ? now : null,
    patienceMs: tuning.patienceMs,
    freshSince: sent < state.newest ? state.freshSince : null,
  };
  return {
    state: next.live ? acknowledgedBeside(next, next.live, upto, now) : next,
    effects: [{ do: 'release', upto }],
  };
}

function withAsked(state: DrainState, stretch: Stretch): readonly Stretch[] {
  const { newest } = state.live ?? state;
  const asked = { from: stretch.from, to: Math.min(stretch.to, newest) };
  if (asked.from > asked.to) return state.asked;
  // Headquarters sees what happens now, and a hole before it: the history, which is on its way.
  if (state.live && asked.from > state.acked && asked.to <= state.newest) return state.asked;
  if (state.asked.some((known) => known.from <= asked.from && known.to >= asked.to)) return state.asked;
  return state.asked.length < MOST_ASKED ? [...state.asked, asked] : state.asked;
}

function hasSent(
  state: DrainState,
  purpose: Purpose,
  upto: number,
  now: number,
  tuning: DrainTuning,
): DrainState {
  const restUntil = now + tuning.gapMs;
  const { live } = state;
  if (purpose === 'live' && live) {
    const freshSince = upto < live.newest ? live.freshSince : null;
    return { ...state, restUntil, live: { ...live, sent: upto, flying: live.flying + 1, freshSince } };
  }
  if (purpose === 'answer') {
    const [first, ...others] = state.asked;
    const rest = first && upto < first.to ? [{ from: upto + 1, to: first.to }] : [];
    return { ...state, restUntil, answering: true, asked: [...rest, ...others] };
  }
  return {
    ...state,
    restUntil,
    sent: upto,
    flying: [...state.flying, upto],
    silentSince: state.silentSince ?? now,
    freshSince: upto < state.newest ? state.freshSince : null,
    live: live && { ...live, historySentAt: now },
  };
}

/** What is to be done now, and when to look again. */
function follow(before: DrainState, now: number, tuning: DrainTuning): Step {
  if (!before.connected) return { state: before, effects: [] };
  const { state, effects } = impatient(before, now, tuning);
  if (now < state.restUntil) return { state, effects: [...effects, ...wake(state, tuning)] };
  const fresh = nextLive(state, now, tuning);
  if (fresh) return { state, effects: [...effects, { do: 'send', purpose: 'live', stretch: fresh }] };
  const stretch = nextReport(state, now, tuning);
  if (stretch) return { state, effects: [...effects, { do: 'send', purpose: 'report', stretch }] };
  const asked = state.answering ? undefined : state.asked[0];
  if (asked) return { state, effects: [...effects, { do: 'send', purpose: 'answer', stretch: asked }] };
  return { state, effects: [...effects, ...wake(state, tuning)] };
}

/** Headquarters has been silent too long: go back to the last number it acknowledged. */
function impatient(state: DrainState, now: number, tuning: DrainTuning): Step {
  if (state.silentSince === null || now - state.silentSince < state.patienceMs) return { state, effects: [] };
  return {
    state: {
      ...state,
      sent: state.acked,
      flying: [],
      silentSince: null,
      patienceMs: Math.min(state.patienceMs * 2, tuning.longestPatienceMs),
      freshSince: now - tuning.batchMs,
    },
    effects: [{ do: 'complain', about: 'resending', number: state.acked + 1 }],
  };
}

/** With `nextReport` the place that decides the order: what happens now, then what has gathered, oldest first. */
function nextLive({ live }: DrainState, now: number, tuning: DrainTuning): Stretch | undefined {
  if (!live || live.sent >= live.newest || live.flying >= tuning.window) return undefined;
  const waiting = live.newest - live.sent;
  if (waiting < tuning.fullFrame && now - (live.freshSince ?? now) < tuning.batchMs) return undefined;
  return { from: live.sent + 1, to: live.newest };
}

function nextReport(state: DrainState, now: number, tuning: DrainTuning): Stretch | undefined {
  const waiting = state.newest - state.sent;
  if (waiting <= 0 || state.flying.length >= windowOf(state, tuning)) return undefined;
  if (state.live)
    return now < state.live.historyRestUntil ? undefined : { from: state.sent + 1, to: state.newest };
  if (waiting < tuning.fullFrame && now - (state.freshSince ?? now) < tuning.batchMs) return undefined;
  return { from: state.sent + 1, to: state.newest };
}

const windowOf = ({ live }: DrainState, tuning: DrainTuning): number => (live ? 1 : tuning.window);

function wake(state: DrainState, tuning: DrainTuning): readonly DrainEffect[] {
  const moments: number[] = [];
  if (state.silentSince !== null) moments.push(state.silentSince + state.patienceMs);
  const reportable = state.sent < state.newest && state.flying.length < windowOf(state, tuning);
  const due = state.live ? state.live.historyRestUntil : dueAt(state, tuning);
  if (reportable) moments.push(Math.max(state.restUntil, due));
  const { live } = state;
  if (live && live.sent < live.newest && live.flying < tuning.window)
    moments.push(Math.max(state.restUntil, dueAt(live, tuning)));
  if (state.asked.length > 0 && !state.answering) moments.push(state.restUntil);
  return moments.length > 0 ? [{ do: 'wake', at: Math.min(...moments) }] : [];
}

function dueAt(
  state: { readonly newest: number; readonly sent: number; readonly freshSince: number | null },
  tuning: DrainTuning,
): number {
  if (state.newest - state.sent >= tuning.fullFrame) return 0;
  return (state.freshSince ?? 0) + tuning.batchMs;
}
