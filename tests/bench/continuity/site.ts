/** A branch with a stand-in, its headquarters, gateway and carrier, and the sound of its greeting: where continuity is measured. */
import { setTimeout as pause } from 'node:timers/promises';
import { knownSound, type KnownSound } from '@branchline/lab/traffic/recognising';
import { BranchBed } from '../../bed/branch.ts';
import { CloudHost, cloudDocument, cloudOrder, untilContinuity } from '../../bed/cloud.ts';
import type { Door } from '../../bed/door.ts';

/** A number that is answered with the branch's greeting. */
export const MAIN = '057186001000';
/** What an installer sets at gateway and carrier, and what they come with (RFC 3261, timer B), ms. */
export const [SET_MS, FACTORY_MS] = [1_000, 32_000];
export const READY_MS = 60_000;
export const HOME_MS = 120_000;
/** Of the greeting, ms: it is longer than that. */
const [LISTENS_MS, LEARNT_MS] = [2_000, 1_600];

export interface Site {
  readonly bed: BranchBed;
  readonly cloud: CloudHost;
  readonly hq: Door;
  readonly greeting: KnownSound;
}

export interface SiteOrder {
  /** How long gateway and carrier wait for one that says nothing. */
  readonly deadAfterMs: number;
  readonly callers?: number;
  /** Of the document, beside what every such branch has. */
  readonly more?: object;
}

export async function atSite<T>(order: SiteOrder, work: (site: Site) => Promise<T>): Promise<T> {
  const { deadAfterMs, callers = 1, more = {} } = order;
  const bed = await BranchBed.start({
    ...cloudOrder(callers, deadAfterMs),
    document: (addresses) => ({ ...inChinese(addresses), ...more }),
  });
  let cloud: CloudHost | undefined;
  try {
    cloud = await CloudHost.start(bed);
    const hq = bed.hq();
    await untilContinuity(hq, ({ ready, lease }) => ready['stand-in'] && lease.acts === 'box', READY_MS);
    return await work({ bed, cloud, hq, greeting: await learnt(bed) });
  } finally {
    cloud?.end();
    await bed.stop();
  }
}

/** The machine loses its power: everything of it at once. */
export async function killBox({ bed }: Site): Promise<void> {
  await Promise.all((['box', 'engine'] as const).map((name) => bed.end(name, 'SIGKILL')));
}

export function beginBox({ bed }: Site): void {
  bed.startEngine();
  bed.startBox();
}

/** Its greeting is long enough to be known by its sound. */
function inChinese(addresses: { gateway: string }): object {
  const document = cloudDocument(addresses) as { site: object };
  return { ...document, site: { ...document.site, language: 'zh' } };
}

/** The greeting as a caller hears it while nothing is wrong, from the answer on. */
async function learnt(bed: BranchBed): Promise<KnownSound> {
  const call = await bed.caller().call(MAIN);
  await call.answered(READY_MS);
  const answered = performance.now();
  await pause(LISTENS_MS);
  const sound = call.rtp.heard(LEARNT_MS);
  const leadMs = performance.now() - answered - LEARNT_MS;
  await call.hangup();
  const known = knownSound(sound);
  return { ...known, leadMs: known.leadMs + leadMs };
}
