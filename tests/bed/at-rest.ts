/** Between two tests of one bed: nobody calls, every telephone rings again. */
import type { BranchBed } from './branch.ts';

const WITHIN_MS = 10_000;

export async function hangUpAll(bed: BranchBed): Promise<void> {
  const phones = [...Object.values(bed.phones), ...bed.callers];
  await Promise.all(phones.flatMap((phone) => phone.calls.map((call) => call.hangup())));
  for (const phone of phones) phone.onIncoming({ kind: 'ring' });
}

/** Whoever rings was not taken by anybody, and nobody has refused him: agents stay ready. */
export async function callersHangUp(bed: BranchBed): Promise<void> {
  await Promise.all(bed.callers.flatMap((phone) => phone.calls.map((call) => call.hangup())));
  for (const phone of [...Object.values(bed.phones), ...bed.callers]) phone.onIncoming({ kind: 'ring' });
}

/** Nobody calls, and every agent may be offered the next one. */
export const atRest = (bed: BranchBed): Promise<unknown> => noCalls(bed, ['ready']);

/** Nobody calls, and no agent is at work; some may be away. */
export const nobodyAtWork = (bed: BranchBed): Promise<unknown> => noCalls(bed, ['ready', 'not-ready']);

const noCalls = (bed: BranchBed, states: readonly string[]): Promise<unknown> =>
  bed
    .box()
    .untilLive(
      ({ calls, agents }) =>
        Object.keys(calls).length === 0 && Object.values(agents).every(({ state }) => states.includes(state)),
      WITHIN_MS,
    );
