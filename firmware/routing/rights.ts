/** What a person may call outside. Deny by default: international and premium numbers are called by those alone of whom it is said. Pure. */
import type { Branch, CallClass, PaidClass, Person } from '@branchline/contracts/branch/model';

/** His own word first, then that of his groups together, then what holds for everybody. */
export function rightsOf({ calling }: Pick<Branch, 'calling'>, person?: Person): readonly PaidClass[] {
  if (person?.mayCall) return person.mayCall;
  const stated = (person?.groups ?? []).flatMap((group) => {
    const rights = calling.groups[group];
    return rights ? [rights] : [];
  });
  return stated.length > 0 ? [...new Set(stated.flat())] : calling.default;
}

/** Who may call the whole country may call round the corner. */
export function mayCall(rights: readonly PaidClass[], wanted: CallClass): boolean {
  if (wanted === 'emergency' || wanted === 'internal') return true;
  return rights.includes(wanted) || (wanted === 'local' && rights.includes('national'));
}
