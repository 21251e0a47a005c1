/**
 * The machine of an update. Whoever drives it writes the new state to disk before he carries out the effects, and tells it
 * `started` at each start: from there it goes on, wherever it was killed. What runs is decided by the root side alone; this asks
 * for it, and believes what it finds itself to be.
 */
import { fits, lostOf, refusal } from './judge.ts';
import type {
  Failure,
  Offer,
  Refusal,
  ReleaseEffect,
  ReleaseEvent,
  ReleaseRules,
  ReleaseState,
  Step,
} from './state.ts';

export interface Stepped {
  readonly state: ReleaseState;
  readonly effects: readonly ReleaseEffect[];
}

type Told<T extends ReleaseEvent['type']> = Extract<ReleaseEvent, { type: T }>;
type At<S extends Step['is']> = Extract<Step, { is: S }>;

/** @param now ms since 1970, by a clock that does not jump between two starts */
export function releaseStep(
  state: ReleaseState,
  event: ReleaseEvent,
  now: number,
  rules: ReleaseRules,
): Stepped {
  const { step } = state;
  switch (event.type) {
    case 'started':
      return started(state, event, now);
    case 'offered':
      return offered(state, event, now);
    case 'withdrawn':
      return isUnderWay(step) ? refuse(state, step.offer, now, 'withdrawn') : same(state);
    case 'fetched':
      if (step.is !== 'fetching') return same(state);
      return to(state, { is: 'verifying', offer: step.offer }, { do: 'verify', offer: step.offer });
    case 'fetch-failed':
      return step.is === 'fetching' ? fetchAgain(state, step) : same(state);
    case 'verified':
      return step.is === 'verifying' ? verified(state, step, event, now) : same(state);
    case 'archive-refused':
      return step.is === 'verifying' ? refuse(state, step.offer, now, 'archive', event.detail) : same(state);
    case 'install-refused':
      return step.is === 'switched'
        ? refuse(state, step.offer, now, 'not-installed', event.detail)
        : same(state);
    case 'look':
      return looked(state, event, now, rules);
  }
}

const same = (state: ReleaseState): Stepped => ({ state, effects: [] });
const REPORT: ReleaseEffect = { do: 'report' };

/** At these steps nothing but the archive is there: the offer can be dropped. */
const isUnderWay = (step: Step): step is At<'fetching' | 'verifying' | 'waiting'> =>
  step.is === 'fetching' || step.is === 'verifying' || step.is === 'waiting';

const to = (state: ReleaseState, step: Step, ...effects: readonly ReleaseEffect[]): Stepped => ({
  state: { ...state, step },
  effects: [...effects, REPORT],
});

function started(state: ReleaseState, event: Told<'started'>, now: number): Stepped {
  const { running, confirmed } = event;
  const { step } = state;
  // A wish that was taken back too late, or whose taking back was cut short: nobody is proving what runs.
  if ((step.is === 'settled' || isUnderWay(step)) && running !== state.good && !confirmed)
    return { state, effects: [{ do: 'wish', version: state.good }, REPORT] };
  switch (step.is) {
    case 'settled':
      return settledAt(state, running);
    case 'fetching':
    case 'verifying':
    case 'waiting':
      // Somebody at the machine has installed another: what was judged was judged against the one before.
      if (running !== state.good) return from(state, event, step.offer, now);
      if (step.is === 'fetching') return to(state, step, { do: 'fetch', offer: step.offer, afterMs: 0 });
      if (step.is === 'verifying') return to(state, step, { do: 'verify', offer: step.offer });
      return to(state, { ...step, for: 'quiet-hours', quietSince: null });
    case 'switched':
      // A start of the old one in between, before the root side was done: it is asked again. But what did not start is not tried for ever.
      if (running === step.from && event.wentBack?.version !== step.offer.version)
        return to(state, { ...step, at: now }, { do: 'wish', version: step.offer.version });
      return running === step.offer.version
        ? to(state, { ...step, is: 'proving', at: now, wellSince: null })
        : from(state, event, step.offer, now);
    case 'proving':
      if (running === step.offer.version) return to(state, { ...step, at: now, wellSince: null });
      return from(state, event, step.offer, now);
    case 'going-back':
      if (running === step.offer.version) return to(state, step, { do: 'wish', version: step.from });
      return running === step.from
        ? reverted(state, step.offer, now, { of: 'lost', lost: step.lost })
        : from(state, event, step.offer, now);
  }
}

/** What was never asked for, and counts as good with root, a person at the machine has installed; it is taken as it is. */
function settledAt(state: ReleaseState, running: string): Stepped {
  // Told again at each start: a kill may have come between the writing and the telling.
  const told: readonly ReleaseEffect[] = [{ do: 'take-back-wish' }, { do: 'confirm', version: running }];
  return { state: { ...state, good: running }, effects: [...told, REPORT] };
}

function from(
  state: ReleaseState,
  { running, wentBack }: Told<'started'>,
  offer: Offer,
  now: number,
): Stepped {
  const detail = wentBack?.version === offer.version ? wentBack.because : undefined;
  return reverted({ ...state, good: running }, offer, now, { of: 'from-outside' }, detail);
}

function offered(state: ReleaseState, { offer, here }: Told<'offered'>, now: number): Stepped {
  const { step, last } = state;
  if (step.is === 'settled') {
    if (last?.order === offer.order) return { state, effects: [REPORT] };
    return begin(state, offer, here, now);
  }
  if (step.offer.order === offer.order) return same(state);
  if (!isUnderWay(step)) return same(state);
  const dropped = refuse(state, step.offer, now, 'withdrawn');
  const begun = begin(dropped.state, offer, here, now);
  return { state: begun.state, effects: [...dropped.effects, ...begun.effects] };
}

function begin(state: ReleaseState, offer: Offer, here: Told<'offered'>['here'], now: number): Stepped {
  const because = refusal(offer, offer.back, here) ?? (fits(offer, here) ? undefined : 'no-room');
  if (because) return refuse(state, offer, now, because);
  return to(state, { is: 'fetching', offer, tries: 0 }, { do: 'fetch', offer, afterMs: 0 });
}

const FETCH_AGAIN_MS = 5_000;
const FETCH_AGAIN_AT_MOST_MS = 1_800_000;

function fetchAgain(state: ReleaseState, step: At<'fetching'>): Stepped {
  const afterMs = Math.min(FETCH_AGAIN_MS * 2 ** Math.min(step.tries, 20), FETCH_AGAIN_AT_MOST_MS);
  return to(state, { ...step, tries: step.tries + 1 }, { do: 'fetch', offer: step.offer, afterMs });
}

/** Judged again by the manifest: the offer is headquarters' word, and no key's. */
function verified(
  state: ReleaseState,
  { offer }: At<'verifying'>,
  { head, here }: Told<'verified'>,
  now: number,
): Stepped {
  if (head.version !== offer.version)
    return refuse(state, offer, now, 'archive', `it holds ${head.version}, and ${offer.version} was offered`);
  const because = refusal(head, offer.back, here);
  if (because) return refuse(state, offer, now, because);
  return to(state, { is: 'waiting', offer, for: 'quiet-hours', quietSince: null });
}

function looked(state: ReleaseState, look: Told<'look'>, now: number, rules: ReleaseRules): Stepped {
  const { step } = state;
  if (step.is === 'waiting') return waits(state, step, look, now, rules);
  if (step.is === 'proving') return proves(state, step, look, now, rules);
  // Taken back first, so that nobody switches to what counts as refused.
  if (step.is === 'switched' && now - step.at > rules.installWithinMs)
    return refuse(state, step.offer, now, 'not-installed');
  return same(state);
}

function waits(
  state: ReleaseState,
  step: At<'waiting'>,
  { now: before, calls, quiet }: Told<'look'>,
  now: number,
  rules: ReleaseRules,
): Stepped {
  const waiting = (of: 'quiet-hours' | 'calls', quietSince: number | null): Stepped =>
    of === step.for && quietSince === step.quietSince
      ? same(state)
      : to(state, { ...step, for: of, quietSince });
  if (!quiet) return waiting('quiet-hours', null);
  const quietSince = step.quietSince ?? now;
  if (calls > rules.callsAtMost && now - quietSince < rules.patienceMs) return waiting('calls', quietSince);
  const { offer } = step;
  return to(
    state,
    { is: 'switched', offer, from: state.good, before, at: now },
    { do: 'wish', version: offer.version },
  );
}

function proves(
  state: ReleaseState,
  step: At<'proving'>,
  look: Told<'look'>,
  now: number,
  rules: ReleaseRules,
): Stepped {
  const { offer } = step;
  const lost = lostOf(step.before, look.now, rules);
  const wellSince = lost.length > 0 ? null : (step.wellSince ?? now);
  if (wellSince !== null && now - wellSince >= rules.wellForMs) {
    const last = { order: offer.order, version: offer.version, at: now, ended: 'good' } as const;
    const good: ReleaseState = { step: { is: 'settled' }, good: offer.version, last };
    return {
      state: good,
      effects: [{ do: 'confirm', version: offer.version }, { do: 'drop-archive' }, REPORT],
    };
  }
  if (lost.length > 0 && now - step.at >= rules.proveWithinMs) {
    const back: Step = { is: 'going-back', offer, from: step.from, lost };
    return to(state, back, { do: 'wish', version: step.from });
  }
  return wellSince === step.wellSince ? same(state) : to(state, { ...step, wellSince });
}

function refuse(
  state: ReleaseState,
  { order, version }: Offer,
  at: number,
  because: Refusal,
  detail?: string,
): Stepped {
  const wished: readonly ReleaseEffect[] = state.step.is === 'switched' ? [{ do: 'take-back-wish' }] : [];
  const last = { order, version, at, ended: 'refused', because } as const;
  return {
    state: {
      ...state,
      step: { is: 'settled' },
      last: detail === undefined ? last : { ...last, detail },
    },
    effects: [...wished, { do: 'drop-archive' }, REPORT],
  };
}

/** The one before runs again, and root is told that it may stay. */
function reverted(
  state: ReleaseState,
  { order, version }: Offer,
  at: number,
  because: Failure,
  detail?: string,
): Stepped {
  const last = { order, version, at, ended: 'reverted', because } as const;
  return {
    state: { ...state, step: { is: 'settled' }, last: detail === undefined ? last : { ...last, detail } },
    effects: [
      { do: 'take-back-wish' },
      { do: 'confirm', version: state.good },
      { do: 'drop-archive' },
      REPORT,
    ],
  };
}
