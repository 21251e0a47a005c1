/**
 * From the fault to the next caller hearing the branch's own greeting: box killed, E1 pulled, headquarters cut off. Beside it the same branch
 * behind a gateway as it comes: it waits for a dead box as long as timer B (RFC 3261 section 17.1.1.2), and tries the next then.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { callForGreeting } from '@branchline/lab/traffic/greeted';
import { knownSound, type KnownSound } from '@branchline/lab/traffic/recognising';
import { BranchBed } from '../bed/branch.ts';
import { BRANCH, CloudHost, cloudDocument, cloudOrder, untilContinuity } from '../bed/cloud.ts';
import type { Door } from '../bed/door.ts';
import type { Bench } from './rig/context.ts';
import type { Found } from './rig/report.ts';

const MAIN = '057186001000';
const READY_MS = 60_000;
const HOME_MS = 120_000;
const PATIENCE_MS = 60_000;
/** What an installer sets at gateway and carrier, and what they come with, ms. */
const [SET_MS, FACTORY_MS] = [1_000, 32_000];
const KILLS_A_ROUND = 2;
/** Of the greeting, ms: it is longer than that. */
const [LISTENS_MS, LEARNT_MS] = [2_000, 1_600];

interface Site {
  readonly bed: BranchBed;
  readonly cloud: CloudHost;
  readonly hq: Door;
  readonly greeting: KnownSound;
}

export async function continuity(bench: Bench): Promise<Found> {
  const ours = await measured(bench, SET_MS, async (site) => ({
    well: await each(bench.rounds, () => greetedIn(site)),
    killed: await each(bench.rounds * KILLS_A_ROUND, () => killed(site)),
    pulled: await each(bench.rounds, () => pulled(site)),
    cut: await each(bench.rounds, () => cutOff(site)),
  }));
  const peer = await measured(bench, FACTORY_MS, (site) => each(bench.rounds, () => killed(site)));
  const s = { unit: 's' } as const;
  return {
    name: 'continuity',
    rows: [
      {
        ...s,
        goal: 'G20',
        what: 'box killed: to the branch’s greeting, by its stand-in',
        ours: ours.killed,
        wanted: { atMost: 5 },
      },
      {
        ...s,
        goal: 'G22',
        what: 'box killed; peer: gateway and carrier as they come',
        ours: ours.killed.slice(0, bench.rounds),
        peer,
        wanted: { atMost: 0.125 },
      },
      {
        ...s,
        goal: '-',
        what: 'E1 pulled: to the greeting, by the cloud line',
        ours: ours.pulled,
        wanted: { atMost: 3 },
      },
      { ...s, goal: 'G19', what: 'headquarters cut off: to the greeting, by the E1', ours: ours.cut },
      { ...s, goal: '-', what: 'nothing wrong: to the greeting', ours: ours.well },
    ],
    notes: [
      'from the fault until the first caller, who dials at once, hears the beginning of the greeting, recognised by its sound; worst of the runs in brackets',
      `killed: service and engine of the box by SIGKILL; gateway and carrier try the next after ${SET_MS / 1_000} s without a word`,
      `peer: the same branch and stand-in, gateway and carrier with timer B of ${FACTORY_MS / 1_000} s, as a usual installer leaves them`,
      'E1 pulled: the gateway refuses at once; cut off: headquarters and its broker are gone',
    ],
  };
}

async function measured<T>(bench: Bench, deadAfterMs: number, work: (site: Site) => Promise<T>): Promise<T> {
  bench.say(`continuity, dead after ${deadAfterMs} ms`);
  const bed = await BranchBed.start({ ...cloudOrder(1, deadAfterMs), document: inChinese });
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

async function each(count: number, run: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push(await run());
  return all;
}

/** Seconds since `from`. @throws Error for a caller who was not greeted: then the figure would be a lie */
async function greetedIn({ bed, greeting }: Site, from = performance.now()): Promise<number> {
  const { call, report } = await callForGreeting(bed.caller(), {
    number: MAIN,
    greeting,
    patienceMs: PATIENCE_MS,
  });
  if (report.greetedMs === undefined)
    throw new Error(`the caller was not greeted: ${JSON.stringify(report)}`);
  await call.hangup();
  return (report.atMs - from + report.greetedMs) / 1_000;
}

async function killed(site: Site): Promise<number> {
  const { bed, hq } = site;
  const from = performance.now();
  await Promise.all((['box', 'engine'] as const).map((name) => bed.end(name, 'SIGKILL')));
  const seconds = await greetedIn(site, from);
  await untilContinuity(hq, ({ lease }) => lease.answers === 'stand-in', READY_MS);
  bed.startEngine();
  bed.startBox();
  await bed.boxReady();
  // One that falls away again and again has to prove itself for longer each time: a person brings it home.
  const path = `/api/boxes/${BRANCH}/continuity`;
  await hq.post(path, { to: 'box' });
  await untilContinuity(hq, ({ lease, state }) => lease.acts === 'box' && state === 'serving', HOME_MS);
  await hq.post(path, { to: null });
  return seconds;
}

async function pulled(site: Site): Promise<number> {
  const { gateway } = site.bed;
  const from = performance.now();
  gateway.fault('los', true);
  const seconds = await greetedIn(site, from);
  gateway.fault('los', false);
  await untilContinuity(site.hq, ({ lease, state }) => lease.acts === 'box' && state === 'serving', HOME_MS);
  return seconds;
}

async function cutOff(site: Site): Promise<number> {
  const { bed, hq } = site;
  await bed.end('hq', 'SIGKILL');
  const seconds = await greetedIn(site);
  bed.startHeadquarters();
  await hq.until('/api/ready', (answer) => (answer as { ready: boolean }).ready, READY_MS);
  await untilContinuity(hq, ({ ready, lease }) => ready['stand-in'] && lease.answers === 'box', HOME_MS);
  return seconds;
}
