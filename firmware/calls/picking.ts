/** By order, a call that rings at somebody rings at one more extension. Whoever answers first has it; nobody who rings is let go before. */
import type { OrderOf } from './call-order.ts';
import { occupy } from './ending.ts';
import { addLeg, EXTENSION_RING_MS } from './legs.ts';
import { ringsStill } from './pickup.ts';
import { pendingLegs, type Call } from './state.ts';
import type { Step } from './step.ts';

export function pickUpByOrder(step: Step, call: Call, order: OrderOf<'pick-up'>, by: string): void {
  const { extension } = order;
  const rings = pendingLegs(call).some((leg) => leg.person !== undefined && leg.dropped === undefined);
  if (!ringsStill(call) || !rings) return step.refuse({ code: 'not-ringing', value: call.id });
  const person = Object.values(step.branch.people).find((each) => each.extension === extension);
  if (!person) return step.refuse({ code: 'no-such-extension', value: extension });
  const isIn = Object.values(call.legs).some((leg) => leg.person === person.id);
  if (isIn || call.anchor.person === person.id) return step.refuse({ code: 'in-the-call', value: extension });
  if (person.phones.length === 0) return step.refuse({ code: 'no-phone', value: extension });
  for (const name of person.phones) {
    const party = { kind: 'extension', id: extension, via: name } as const;
    const more = { attempt: 1, person: person.id, picked: by };
    const leg = addLeg(step, call, { kind: 'phone', name }, party, EXTENSION_RING_MS, more);
    step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt: 1, ordered: by });
  }
  occupy(step, call, person.id);
}
