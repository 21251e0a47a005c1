/** Among agents who are free and able: who comes first, by the queue's order. The smallest score wins; ties go by the document's order. */
import type { QueueOrder } from '@branchline/contracts/branch/model';
import type { AgentState } from './state.ts';

export interface Contender {
  readonly agent: string;
  /** Place among the queue's agents in the document, from 0. */
  readonly place: number;
  readonly state: AgentState;
}

export interface OrderContext {
  readonly agentsInQueue: number;
  /** Place of the agent whose turn it was last; -1 before the first. */
  readonly lastPlace: number;
  /** A number that differs from offer to offer and is the same in a replay: random orders are drawn from it. */
  readonly draw: string;
}

export function score(order: QueueOrder, contender: Contender, context: OrderContext): number {
  switch (order) {
    case 'longest-idle':
      return contender.state.idleSince;
    case 'fewest-calls':
      return contender.state.answered;
    case 'linear':
      return contender.place;
    case 'round-robin':
      return (contender.place - context.lastPlace - 1 + context.agentsInQueue) % context.agentsInQueue;
    case 'random':
      return hash(`${context.draw}/${contender.agent}`);
  }
}

/** FNV-1a, 32 bit: spreads well enough to draw lots, and a replay draws the same lots. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193) >>> 0;
  }
  return value;
}
