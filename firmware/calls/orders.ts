/** What a person asks for at a call by the API: carried out, or refused with why. */
import { conference } from './conference.ts';
import type { CallEvent } from './events.ts';
import { give } from './giving.ts';
import { consult, hold, resume, transferByOrder } from './holding.ts';
import { move } from './moving.ts';
import { parkByOrder } from './parking.ts';
import { pickUpByOrder } from './picking.ts';
import type { Step } from './step.ts';
import { endSupervision, supervise } from './supervising.ts';

export function carryOutOrder(step: Step, { order, by }: Extract<CallEvent, { type: 'order' }>): void {
  const call = step.call(order.call);
  if (!call || call.ending) return step.refuse({ code: 'no-such-call', value: order.call });
  switch (order.do) {
    case 'supervise':
      return supervise(step, call, order, by);
    case 'end-supervision':
      return endSupervision(step, call);
    case 'conference':
      return conference(step, call, order);
    case 'hold':
      return hold(step, call, order);
    case 'resume':
      return resume(step, call, order);
    case 'consult':
      return consult(step, call, order);
    case 'transfer':
      return transferByOrder(step, call, order);
    case 'park':
      return parkByOrder(step, call, order);
    case 'move':
      return move(step, call, order, by);
    case 'pick-up':
      return pickUpByOrder(step, call, order, by);
    case 'give':
      return give(step, call, order, by);
  }
}
