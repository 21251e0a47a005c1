/**
 * Who may answer and act for a branch, and how it passes from one to the other: `(state, event, now) -> (state, effects)`. Pure.
 *
 * One move at a time: the next one makes itself ready, the carrier brings the calls to it, the old one lets go, the next one gets the
 * rights. The right to answer passes when the old one has said that it has let go or, where it says nothing, when the carrier has
 * confirmed: then no call reaches it. The right to act passes when the old one has let go, or its time is over and its own line was
 * found dead after that. What the carrier was asked and did not confirm may still happen, so nothing else is asked of it meanwhile.
 *
 * `now` is ms of a clock that only goes forward. `lease`, `move` and `wants` are kept over a restart, the rest is not.
 */
import {
  CLOCK_DRIFT,
  LEASE_TERM_MS,
  otherParty,
  type Lease,
  type Party,
} from '@branchline/contracts/continuity';

/** How long the old one is waited for before the carrier's word must do, ms. */
export const LET_GO_WITHIN_MS = 3_000;
/** After a refusal the carrier is asked again, ms; twice as late each time, up to the second. */
export const ASK_AGAIN_MS = 2_000;
export const ASK_AGAIN_AT_MOST_MS = 15_000;

export interface Move {
  readonly to: Party;
  readonly step: 'preparing' | 'routing' | 'letting-go';
  readonly since: number;
}

export interface LeaseState {
  readonly lease: Lease;
  readonly wants: Party;
  readonly move: Move | null;
  /** The newest number that each one has said it knows. */
  readonly knows: Readonly<Record<Party, number>>;
  /** Who is ready to take calls. */
  readonly ready: Readonly<Record<Party, boolean>>;
  /** Until when each one may still think that it may act. */
  readonly actsUntil: Readonly<Record<Party, number>>;
  /** When a call by a line of the branch's own found nobody; null since the start, and of a branch without such a line. */
  readonly lineDeadAt: number | null;
  readonly carrier: CarrierState;
}

export interface CarrierState {
  /** To whom calls go; null while it is not certain. */
  readonly to: Party | null;
  readonly asking: Party | null;
  /** What was asked last may still happen until then. */
  readonly certainAt: number;
  /** What it was asked in vain: how often in a row, and when it is asked that again. */
  readonly vain: { readonly to: Party; readonly times: number; readonly again: number } | null;
}

/** What stays as it is for a branch. */
export interface LeaseRules {
  /** Some of its numbers come by a line that leads to the box alone. */
  readonly ownLine: boolean;
  /** How late the carrier may still do what it was asked and did not confirm, ms. */
  readonly carrierSettlesMs: number;
}

export type LeaseEvent =
  | { readonly is: 'wants'; readonly party: Party }
  | { readonly is: 'says'; readonly party: Party; readonly knows: number; readonly ready: boolean }
  | { readonly is: 'gone'; readonly party: Party }
  | { readonly is: 'asks'; readonly party: Party; readonly nonce: string }
  | { readonly is: 'carrier'; readonly to: Party; readonly said: 'confirmed' | 'refused' | 'nothing' }
  /** A call to a number of the branch by a line of its own, made from outside. */
  | { readonly is: 'tested'; readonly answered: boolean; readonly begunAt: number }
  | { readonly is: 'tick' };

export type LeaseEffect =
  | { readonly do: 'tell'; readonly lease: Lease }
  | { readonly do: 'renew'; readonly party: Party; readonly lease: Lease; readonly nonce: string }
  | { readonly do: 'prepare'; readonly party: Party }
  | { readonly do: 'route'; readonly to: Party }
  | { readonly do: 'note'; readonly what: LeaseNote; readonly to: Party };

export type LeaseNote = 'move-begun' | 'move-given-up' | 'routed' | 'answers' | 'acts' | 'carrier-refused';

export interface LeaseStep {
  readonly state: LeaseState;
  readonly effects: readonly LeaseEffect[];
}

/** How long a right to act may last that headquarters renewed just now, ms. */
const RIGHT_MS = LEASE_TERM_MS * (1 + CLOCK_DRIFT);

/** As it is after a start. What was renewed just before it may last for as long as if it were now. */
export function restored(
  rules: LeaseRules,
  kept: Pick<LeaseState, 'lease' | 'wants' | 'move'>,
  now: number,
): LeaseState {
  return {
    lease: kept.lease,
    wants: kept.wants,
    move: kept.move && { ...kept.move, since: now },
    knows: { box: 0, 'stand-in': 0 },
    ready: { box: false, 'stand-in': false },
    actsUntil: { box: now + RIGHT_MS, 'stand-in': now + RIGHT_MS },
    lineDeadAt: null,
    carrier: { to: null, asking: null, certainAt: now + rules.carrierSettlesMs, vain: null },
  };
}

/** Of a branch that is new here: its box does what it always did. */
export const NEW_LEASE: Pick<LeaseState, 'lease' | 'wants' | 'move'> = {
  lease: { n: 1, answers: 'box', acts: 'box' },
  wants: 'box',
  move: null,
};

export function step(rules: LeaseRules, state: LeaseState, event: LeaseEvent, now: number): LeaseStep {
  const taken = takeIn(rules, state, event, now);
  return goOn(rules, taken, now);
}

function takeIn(rules: LeaseRules, state: LeaseState, event: LeaseEvent, now: number): LeaseStep {
  switch (event.is) {
    case 'tick':
      return still(state);
    case 'wants':
      return still({ ...state, wants: event.party });
    case 'says':
      return still({
        ...state,
        knows: { ...state.knows, [event.party]: Math.max(event.knows, state.knows[event.party]) },
        ready: { ...state.ready, [event.party]: event.ready },
      });
    case 'gone':
      return still({ ...state, ready: { ...state.ready, [event.party]: false } });
    case 'tested':
      return still(event.answered ? state : { ...state, lineDeadAt: event.begunAt });
    case 'asks':
      return asked(state, event, now);
    case 'carrier':
      return carrierSaid(rules, state, event, now);
  }
}

function asked(state: LeaseState, { party, nonce }: LeaseEvent & { is: 'asks' }, now: number): LeaseStep {
  const { lease } = state;
  const actsUntil = lease.acts === party ? { ...state.actsUntil, [party]: now + RIGHT_MS } : state.actsUntil;
  return { state: { ...state, actsUntil }, effects: [{ do: 'renew', party, lease, nonce }] };
}

function carrierSaid(
  rules: LeaseRules,
  state: LeaseState,
  { to, said }: LeaseEvent & { is: 'carrier' },
  now: number,
): LeaseStep {
  if (state.carrier.asking !== to) return still(state);
  const times = state.carrier.vain?.to === to ? state.carrier.vain.times + 1 : 1;
  const again = now + Math.min(ASK_AGAIN_AT_MOST_MS, ASK_AGAIN_MS * 2 ** (times - 1));
  const carrier = { ...state.carrier, asking: null, vain: { to, times, again } };
  switch (said) {
    case 'confirmed':
      return {
        state: { ...state, carrier: { ...carrier, to, certainAt: now, vain: null } },
        effects: [{ do: 'note', what: 'routed', to }],
      };
    case 'refused':
      return {
        state: { ...state, carrier: { ...carrier, certainAt: now } },
        effects: [{ do: 'note', what: 'carrier-refused', to }],
      };
    case 'nothing':
      return still({
        ...state,
        carrier: { ...carrier, to: null, certainAt: now + rules.carrierSettlesMs },
      });
  }
}

/** Everything that can be done now, a step at a time. */
function goOn(rules: LeaseRules, from: LeaseStep, now: number): LeaseStep {
  let { state, effects } = from;
  for (;;) {
    const next = moveOn(state, now) ?? askCarrier(state, now) ?? giveRightToAct(rules, state, now);
    if (!next) return { state, effects };
    state = next.state;
    effects = [...effects, ...next.effects];
  }
}

function moveOn(state: LeaseState, now: number): LeaseStep | undefined {
  const { lease, wants, move, ready, carrier, knows } = state;
  if (!move) {
    if (lease.answers === wants) return undefined;
    return {
      state: { ...state, move: { to: wants, step: 'preparing', since: now } },
      effects: [
        { do: 'note', what: 'move-begun', to: wants },
        { do: 'prepare', party: wants },
      ],
    };
  }
  if (move.to !== wants && move.step !== 'letting-go')
    return {
      state: { ...state, move: null },
      effects: [{ do: 'note', what: 'move-given-up', to: move.to }],
    };
  const old = otherParty(move.to);
  switch (move.step) {
    case 'preparing':
      // Who knows less than the newest lease might still think that it holds one of before.
      if (!ready[move.to] || knows[move.to] < lease.n) return undefined;
      return still({ ...state, move: { ...move, step: 'routing', since: now } });
    case 'routing': {
      if (carrier.to !== move.to) return undefined;
      const next = { n: lease.n + 1, answers: null, acts: null };
      return {
        state: { ...state, lease: next, move: { ...move, step: 'letting-go', since: now } },
        effects: [{ do: 'tell', lease: next }],
      };
    }
    case 'letting-go': {
      const waits = ready[old] && now < move.since + LET_GO_WITHIN_MS;
      if (knows[old] < lease.n && waits) return undefined;
      const next = { n: lease.n + 1, answers: move.to, acts: null };
      return {
        state: { ...state, lease: next, move: null },
        effects: [
          { do: 'tell', lease: next },
          { do: 'note', what: 'answers', to: move.to },
        ],
      };
    }
  }
}

function askCarrier(state: LeaseState, now: number): LeaseStep | undefined {
  const { carrier, move, lease } = state;
  const to = move && move.step !== 'preparing' ? move.to : (lease.answers ?? move?.to);
  if (!to || carrier.asking !== null || carrier.to === to || now < carrier.certainAt) return undefined;
  if (carrier.vain?.to === to && now < carrier.vain.again) return undefined;
  return {
    state: { ...state, carrier: { ...carrier, to: null, asking: to } },
    effects: [{ do: 'route', to }],
  };
}

function giveRightToAct(rules: LeaseRules, state: LeaseState, now: number): LeaseStep | undefined {
  const { lease, knows, actsUntil, lineDeadAt } = state;
  if (lease.acts !== null || lease.answers === null) return undefined;
  const to = lease.answers;
  const old = otherParty(to);
  const over = now > actsUntil[old];
  const lineDead = !rules.ownLine || old !== 'box' || (lineDeadAt !== null && lineDeadAt > actsUntil[old]);
  if (knows[old] < lease.n && !(over && lineDead)) return undefined;
  const next = { ...lease, n: lease.n + 1, acts: to };
  return {
    state: { ...state, lease: next },
    effects: [
      { do: 'tell', lease: next },
      { do: 'note', what: 'acts', to },
    ],
  };
}

const still = (state: LeaseState): LeaseStep => ({ state, effects: [] });
