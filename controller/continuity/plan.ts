/** What a branch's document says of its continuity, as headquarters goes by it. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { standInOf } from '@branchline/contracts/stand-in-name';
import type { ContinuityRules } from './decide.ts';

export interface ContinuityPlan {
  readonly rules: ContinuityRules;
  /** The host in the cloud, and the name under which the stand-in speaks. */
  readonly host: string;
  readonly standIn: string;
  /** E.164: those that a carrier brings to the one or the other. */
  readonly numbers: readonly string[];
  /** Some of its numbers come by a line that leads to the box alone. */
  readonly ownLine: boolean;
}

/** Undefined for a branch without continuity, and for a document that is not understood here. */
export function planOf(box: string, raw: Readonly<Record<string, unknown>>): ContinuityPlan | undefined {
  if (raw.continuity === undefined) return undefined;
  const resolved = resolveBranch(raw);
  if (!resolved.ok || !resolved.branch.continuity) return undefined;
  const { branch } = resolved;
  const { standIn, numbers, moveAfterMs, comeHomeAfterMs } = resolved.branch.continuity;
  return {
    rules: { moveAfterMs, comeHomeAfterMs },
    host: standIn,
    standIn: standInOf(box),
    numbers: numbers.flatMap((name) => branch.numbers[name]?.number ?? []),
    ownLine: Object.values(branch.trunks).some((trunk) => isOwn(branch, trunk.gateway)),
  };
}

/** A gateway of the branch; a line by SIP to a carrier is none. */
const isOwn = ({ gateways }: Branch, gateway: string): boolean => gateways[gateway]?.line === undefined;
