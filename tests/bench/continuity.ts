/**
 * From the fault to the next caller hearing the branch's own greeting: box killed, E1 pulled, headquarters cut off. Beside it the same branch
 * behind a gateway as it comes: it waits for a dead box as long as timer B (RFC 3261 section 17.1.1.2), and tries the next then; and two
 * machines of which the second takes the first's address.
 */
import { callForGreeting } from '@branchline/lab/traffic/greeted';
import { BRANCH, untilContinuity } from '../bed/cloud.ts';
import { Pair } from './continuity/pair.ts';
import {
  atSite,
  beginBox,
  FACTORY_MS,
  HOME_MS,
  killBox,
  MAIN,
  READY_MS,
  SET_MS,
  type Site,
} from './continuity/site.ts';
import { takenOver } from './continuity/taken-over.ts';
import type { Bench } from './rig/context.ts';
import type { Found } from './rig/report.ts';

const PATIENCE_MS = 60_000;
/** Half a minute each: one for so many rounds of ours. */
const ROUNDS_A_PEER = 5;

export async function continuity(bench: Bench): Promise<Found> {
  const rounds = bench.rounds;
  const ours = await atSite({ deadAfterMs: SET_MS }, async (site) => ({
    well: await each(bench, 'nothing wrong', rounds, () => greetedIn(site)),
    killed: await each(bench, 'box killed', rounds, () => killed(site)),
    pulled: await each(bench, 'E1 pulled', rounds, () => pulled(site)),
    cut: await each(bench, 'headquarters cut off', rounds, () => cutOff(site)),
  }));
  const peers = Math.ceil(rounds / ROUNDS_A_PEER);
  const peer = await atSite({ deadAfterMs: FACTORY_MS }, (site) =>
    each(bench, 'peer: as they come, box killed', peers, () => killed(site)),
  );
  const hindrance = Pair.hindrance();
  bench.say(`peer: two machines, ${hindrance ?? 'one killed'}`);
  const pair = hindrance === undefined ? await takenOver(bench.engineRoot, peers) : undefined;
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
        ours: ours.killed.slice(0, peers),
        peer,
        wanted: { atMost: 0.125 },
      },
      {
        ...s,
        goal: 'G21',
        what: 'box killed; peer: two machines with keepalived',
        ours: ours.killed.slice(0, peers),
        ...(pair && { peer: pair }),
        wanted: { atMost: 0.3 },
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
      hindrance === undefined
        ? 'peer of two machines: Asterisk and keepalived in each, advertisements every second, one loses its power; to the first sound'
        : `peer of two machines: not measured, ${hindrance}`,
      'E1 pulled: the gateway refuses at once; cut off: headquarters and its broker are gone',
    ],
  };
}

async function each(
  bench: Bench,
  what: string,
  count: number,
  run: () => Promise<number>,
): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) {
    if (index % TELLS_EVERY === 0) bench.say(`${what}, ${index + 1} of ${count}`);
    all.push(await run());
  }
  return all;
}

const TELLS_EVERY = 10;

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
  await killBox(site);
  const seconds = await greetedIn(site, from);
  await untilContinuity(hq, ({ lease }) => lease.answers === 'stand-in', READY_MS);
  beginBox(site);
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
