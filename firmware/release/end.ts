/** What headquarters is told of the end of an order. Pure. */
import type { CommandReason } from '@branchline/contracts/fleet/commands';
import type { CommandEnd } from '../uplink/commands-core.ts';
import type { Failure, Outcome, Refusal } from './state.ts';

const REASONS: Readonly<Record<Refusal, CommandReason>> = {
  busy: 'already-running',
  'running-already': 'running-already',
  architecture: 'wrong-architecture',
  'engine-too-old': 'engine-too-old',
  older: 'older-release',
  data: 'data-too-new',
  'no-way-back': 'no-way-back',
  'no-room': 'no-disk-room',
  archive: 'archive-refused',
  'not-installed': 'not-installed',
  withdrawn: 'withdrawn',
};

export function endOf({ ended, version, because, detail }: Outcome): CommandEnd {
  if (ended === 'good') return { state: 'done', answer: { version } };
  const answer = { version, ...(detail === undefined ? {} : { detail }) };
  if (typeof because === 'string') return { state: 'refused', because: REASONS[because], answer };
  return { state: 'failed', because: 'went-back', answer: { ...answer, ...lostBy(because) } };
}

const lostBy = (because: Failure | undefined): object =>
  because?.of === 'lost' ? { lost: because.lost } : {};
