/** Among agents who are free and able: who comes first, by the queue's order. The smallest score wins; ties go by the document's order. */
import type { QueueOrder } from '@branchline/contracts/branch/queues/model';
import { tallied } from './agents.ts';
import { hash } from './hash.ts';
import type { Member } from './plan.ts';
import type { AgentState } from './state.ts';

export interface OrderContext {
  readonly agentsInQueue: number;
  /** Place of the agent whose turn it was last; -1 before the first. */
  readonly lastPlace: number;
  /** A text that differs from offer to offer and is the same in a replay: random orders are drawn from it. */
  readonly draw: string;
  readonly now: number;
}

export function score(order: QueueOrder, member: Member, state: AgentState, context: OrderContext): number {
  switch (order) {
    case 'longest-idle':
      return state.idleSince;
    case 'fewest-calls':
      return state.answered;
    case 'least-occupied': {
      const { staffedMs, busyMs } = tallied(state, context.now);
      return staffedMs === 0 ? 0 : Math.round((1000 * busyMs) / staffedMs);
    }
    case 'linear':
    case 'ring-all':
      return member.place;
    case 'round-robin':
      return (member.place - context.lastPlace - 1 + context.agentsInQueue) % context.agentsInQueue;
    case 'random':
      return hash(`${context.draw}/${member.agent.id}`);
  }
}
