/** A live call in a line: from whom, and towards whom, or what it waits for. Pure. */
import type { LiveCall } from '@branchline/contracts/live';
import type { Names } from '../people-context.ts';

export function callTitle(call: LiveCall, names: Names): string {
  const towards =
    call.with.length > 0 ? names.parties(call.with) : (call.queue ?? names.number(call.dialled));
  return `${names.party(call.from)} → ${towards}`;
}
