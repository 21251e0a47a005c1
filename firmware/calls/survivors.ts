/** Calls that the engine handled alone, as ledger events. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { NewEvent } from '@branchline/contracts/ledger';
import { fullNumber } from '../routing/incoming.ts';

/** What the engine wrote down of one such call. */
export interface AloneCall {
  readonly channel: string;
  readonly kind: 'inbound' | 'internal' | 'emergency' | 'refused';
  readonly from?: { readonly kind: string; readonly name: string };
  readonly callerNumber: string;
  readonly dialled: string;
  readonly beganAt: number;
  readonly answeredAt?: number;
  readonly answeredBy?: { readonly kind: string; readonly name: string };
  readonly endedAt?: number;
  readonly why: string;
}

export function survivedEvent(call: AloneCall, branch: Branch, now: number): NewEvent {
  const by =
    call.answeredBy?.kind === 'phone'
      ? branch.phones[call.answeredBy.name]?.owner?.extension
      : call.answeredBy?.name;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const from =
    call.from?.kind === 'phone'
      ? (branch.phones[call.from.name]?.owner?.extension ?? call.from.name)
      : fullNumber(branch.site.country, call.callerNumber);
  return {
    type: 'call.survived',
    call: call.channel,
    at: now,
    body: {
      direction: call.kind === 'inbound' ? 'in' : call.kind === 'emergency' ? 'out' : 'internal',
      from: from === '' ? 'anonymous' : from,
      dialled: call.dialled,
      status: call.why,
      startedAt: iso(call.beganAt),
      endedAt: iso(call.endedAt ?? call.answeredAt ?? call.beganAt),
      ...(call.answeredAt === undefined ? {} : { answeredAt: iso(call.answeredAt) }),
      ...(by === undefined ? {} : { answeredBy: by }),
    },
  };
}
