/** Legs as such: how one is made and dialled, and what the party at it is shown. */
import type { Party } from '@branchline/contracts/ledger';
import { legName, type Call, type Endpoint, type Leg } from './state.ts';
import type { Step } from './step.ts';

/** How long an extension rings; ITU-T E.145 leaves it to the network, and callers give up at about this time. */
export const EXTENSION_RING_MS = 30_000;
/** How long a line outside may ring before the caller is told that nobody answers. */
export const OUTSIDE_RING_MS = 90_000;

export function addLeg(
  step: Step,
  call: Call,
  endpoint: Endpoint,
  party: Party,
  ringMs: number,
  more: Pick<
    Leg,
    'attempt' | 'queue' | 'person' | 'invitedBy' | 'invitation' | 'shown' | 'picked' | 'mobile'
  >,
): Leg {
  call.nextLeg += 1;
  const id = legName(call.id, call.nextLeg);
  const leg: Leg = {
    id,
    party,
    endpoint,
    offeredAt: step.now,
    until: step.now + ringMs,
    state: 'offered',
    ...more,
  };
  call.legs[id] = leg;
  step.own(id, call.id);
  dial(step, call, leg);
  return leg;
}

/** Also for a leg that the engine was never told of, or that went before it rang. */
export function dial(step: Step, call: Call, leg: Leg): void {
  const { id: channel, endpoint, until, shown } = leg;
  const callerId = shown ?? shownTo(call, endpoint);
  const ringMs = Math.max(1_000, until - step.now);
  const once = call.callback && endpoint.kind === 'gateway' ? ({ once: true } as const) : {};
  const beside = call.stage.at === 'calling-back' ? {} : { beside: call.anchor.channel };
  step.effect({ do: 'dial', channel, endpoint, callerId, ...beside, ...once, ringMs });
}

/** Who a called party sees: outside, the number the route shows; inside, who is calling. */
function shownTo(call: Call, endpoint: Endpoint): string {
  if (call.callback) return endpoint.kind === 'phone' ? call.callback.number : (call.callback.callerId ?? '');
  if (endpoint.kind === 'phone') return call.anchor.party.id;
  return call.stage.at === 'ringing' && call.stage.callerId !== undefined
    ? call.stage.callerId
    : call.anchor.party.id;
}
