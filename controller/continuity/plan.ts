/** What a branch's document says of its continuity, as headquarters goes by it. Pure. */
import type { Branch, Trunk } from '@branchline/contracts/branch/model';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { inRange } from '@branchline/contracts/branch/values';
import { standInOf } from '@branchline/contracts/stand-in-name';
import type { OwnNumber } from './dead-lines.ts';
import type { ContinuityRules } from './decide.ts';

export interface ForwardedNumber {
  /** E.164, as `to`. */
  readonly number: string;
  readonly trunk: string;
  readonly to: string;
  /** How long the exchange rings first, s. */
  readonly afterS: number;
}

export interface ContinuityPlan {
  readonly rules: ContinuityRules;
  /** The host in the cloud, and the name under which the stand-in speaks. */
  readonly host: string;
  readonly standIn: string;
  /** E.164: those that a carrier brings to the one or the other. */
  readonly numbers: readonly string[];
  /** Some of its numbers come by a line that leads to the box alone. */
  readonly ownLine: boolean;
  /** Of `numbers`, each with the branch's own trunks that bring it; without those that only come by the cloud. */
  readonly own: readonly OwnNumber[];
  /** Of `own`: those whose exchange forwards what their line does not take. Absent in what an older headquarters kept. */
  readonly forwarded?: readonly ForwardedNumber[];
  /** The trunk by which the box itself is reached in the cloud. */
  readonly cloudLine: string | undefined;
}

/** Undefined for a branch without continuity, and for a document that is not understood here. */
export function planOf(box: string, raw: Readonly<Record<string, unknown>>): ContinuityPlan | undefined {
  if (raw.continuity === undefined) return undefined;
  const resolved = resolveBranch(raw);
  if (!resolved.ok || !resolved.branch.continuity) return undefined;
  const { branch } = resolved;
  const { standIn, numbers: names, moveAfterMs, comeHomeAfterMs } = resolved.branch.continuity;
  const numbers = names.flatMap((name) => branch.numbers[name]?.number ?? []);
  const trunks = Object.entries(branch.trunks);
  const own = trunks.filter(([, { gateway }]) => isOwn(branch, gateway));
  return {
    rules: { moveAfterMs, comeHomeAfterMs },
    host: standIn,
    standIn: standInOf(box),
    numbers,
    ownLine: own.length > 0,
    own: numbers.flatMap((number) => {
      const lines = own.filter(([, trunk]) => brings(trunk, number));
      return lines.length > 0 ? [{ number, trunks: lines.map(([name]) => name) }] : [];
    }),
    forwarded: numbers.flatMap((number) => {
      const line = own.find(([, trunk]) => brings(trunk, number) && trunk.forwarding);
      const { forwarding } = line?.[1] ?? {};
      if (!line || !forwarding) return [];
      return [{ number, trunk: line[0], to: forwarding.to, afterS: forwarding.afterMs / 1_000 }];
    }),
    cloudLine: trunks.find(([, { gateway }]) => !isOwn(branch, gateway))?.[0],
  };
}

const brings = ({ numbers }: Pick<Trunk, 'numbers'>, number: string): boolean =>
  numbers.some((range) => inRange(number, range));

/** A gateway of the branch; a line by SIP to a carrier is none. */
const isOwn = ({ gateways }: Branch, gateway: string): boolean => gateways[gateway]?.line === undefined;
