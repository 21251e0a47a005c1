/** What each role may ask. Pure; the one place where it is decided. */
import { branchOf } from '@branchline/contracts/stand-in-name';
import type { Role } from '@branchline/contracts/http/people';
import type { Needs } from '@branchline/contracts/http/route';

export interface Whose {
  readonly role: Role;
  /** Of a technician. */
  readonly branches: readonly string[];
}

const MAY: Readonly<Record<Role, readonly Needs[]>> = {
  owner: ['look', 'look-all', 'act', 'act-all', 'own', 'self'],
  operator: ['look', 'look-all', 'act', 'act-all', 'self'],
  auditor: ['look', 'look-all', 'self'],
  technician: ['look', 'act', 'self'],
};

/** A route that does not say what it needs is the owner's alone. */
export function mayAsk(whose: Whose, needs: Needs = 'own', box?: string): boolean {
  if (!MAY[whose.role].includes(needs)) return false;
  return box === undefined || sees(whose, box);
}

export const sees = ({ role, branches }: Whose, box: string): boolean =>
  role !== 'technician' || branches.includes(branchOf(box));
