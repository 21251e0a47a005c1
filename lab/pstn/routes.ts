/**
 * Where routed numbers go now: a file for each, read by the public network's engine at every call. What is read back here is what the
 * next call is led by.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { LabPlan } from '../plan.ts';
import { eachNumber } from './numbers.ts';
import { INSIDE } from './small-confs.ts';

export const ROUTES = { folder: 'routes', inside: `${INSIDE}/routes` } as const;

/** What a carrier's API moves. */
export interface Routes {
  get(number: string): string | undefined;
  /** @returns false for a number or a target that the carrier does not have */
  set(number: string, to: string): boolean;
}

export function routesOf({ pstn: { instance, numbers } }: LabPlan): Routes {
  const targets = new Map(
    numbers
      .filter(({ routed }) => routed)
      .flatMap((block) => eachNumber(block.first, block.last).map((one) => [one, block.targets] as const)),
  );
  const fileOf = (number: string): string => join(instance, ROUTES.folder, number);
  return {
    get: (number) => (targets.has(number) ? readIfThere(fileOf(number)) : undefined),
    set: (number, to) => {
      if (!targets.get(number)?.includes(to)) return false;
      writeFileAtomic(fileOf(number), to);
      return true;
    },
  };
}

/** Each number goes to its first target until it is moved. */
export function writeFirstRoutes(plan: LabPlan): void {
  const folder = join(plan.pstn.instance, ROUTES.folder);
  mkdirSync(folder, { recursive: true });
  // The engine reads as a user of its own.
  chmodSync(folder, 0o755);
  const routes = routesOf(plan);
  for (const { first, last, targets, routed } of plan.pstn.numbers) {
    const [best] = targets;
    if (routed && best !== undefined) for (const number of eachNumber(first, last)) routes.set(number, best);
  }
}
