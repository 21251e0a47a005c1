/**
 * Callers who go on calling, two in each second: over the death of the box and its return, and over a loss of the mains with a UPS. Beside the
 * first the same branch behind a gateway and a carrier as they come.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LabUps } from '@branchline/lab/power/ups';
import { untilContinuity } from '../bed/cloud.ts';
import { Callers, tallyOf, type Tally } from './continuity/callers.ts';
import {
  atSite,
  beginBox,
  FACTORY_MS,
  HOME_MS,
  killBox,
  READY_MS,
  SET_MS,
  type Site,
} from './continuity/site.ts';
import type { Bench } from './rig/context.ts';
import type { Found } from './rig/report.ts';

const CALLS_A_ROUND = 200;
const CALLERS = 30;
/** The box dies after this share of the calls, and is switched on again after that one. */
const [DIES, BACK] = [0.25, 0.5];
/** 0 to 1: the battery as it stands when headquarters is asked to take the numbers, and as it ends. */
const [TAKES_NUMBERS, NEARLY_EMPTY] = [0.5, 0.1];
const GOES_ON_MS = 20_000;
const LOOK_MS = 50;

export async function failOver(bench: Bench): Promise<Found> {
  const calls = CALLS_A_ROUND * bench.rounds;
  const [ours, peer] = [
    await over(bench, calls, SET_MS, 'fail-over and return'),
    await over(bench, calls, FACTORY_MS, 'peer: gateway and carrier as they come'),
  ];
  const power = await mainsLost(bench);
  const row = (what: string, unit: string, own: number, other?: number) => ({
    ...{ goal: '-', what, unit, ours: [own] },
    ...(other === undefined ? {} : { peer: [other] }),
  });
  return {
    name: 'fail-over',
    rows: [
      { ...row('box killed and back: refused or not greeted', 'calls', ours.lost), wanted: { atMost: 0 } },
      row('box killed and back; peer: as they come', 'calls', ours.lost, peer.lost),
      row('the longest that a caller waited for the greeting', 's', ours.longestS, peer.longestS),
      row('calls in progress at the box when it was killed', 'calls', ours.inProgress, peer.inProgress),
      { ...row('cut beside them', 'calls', ours.cut), wanted: { atMost: 0 } },
      { ...row('mains lost, UPS: refused or not greeted', 'calls', power.tally.lost), wanted: { atMost: 0 } },
      { ...row('mains lost, UPS: cut', 'calls', power.tally.cut), wanted: { atMost: 0 } },
      row('from the step of power to the stand-in', 's', power.movedS),
    ],
    notes: [
      ...[
        ...ours.faults.map((fault) => `box killed, ${fault}`),
        ...power.tally.faults.map((fault) => `mains lost, ${fault}`),
      ],
      `${calls} calls, two begun in each second by ${CALLERS} callers; each stays for two seconds after the greeting, and gives up ten seconds after dialling`,
      `the box is killed after a quarter of them, switched on after half, and comes home by its own proof`,
      `mains lost: ${power.calls} calls; the battery falls to ${TAKES_NUMBERS * 100} %, then to ${NEARLY_EMPTY * 100} %, and the machine goes down when the box has asked for it`,
    ],
  };
}

async function over(bench: Bench, calls: number, deadAfterMs: number, what: string): Promise<Tally> {
  return atSite({ deadAfterMs, callers: CALLERS }, async (site) => {
    bench.say(`${what}, ${calls} calls`);
    const callers = new Callers(site);
    const calling = callers.place(calls);
    await callers.placed(calls * DIES);
    const killedAt = performance.now();
    await killBox(site);
    bench.say('the box is killed');
    await callers.placed(calls * BACK);
    beginBox(site);
    await site.bed.boxReady();
    const home = untilContinuity(site.hq, ({ lease }) => lease.answers === 'box', HOME_MS);
    void home.then(() => bench.say('home again'));
    await Promise.all([home, calling]);
    return tallyOf(callers.all, killedAt, killedAt);
  });
}

async function mainsLost(bench: Bench): Promise<{ tally: Tally; movedS: number; calls: number }> {
  const ups = new LabUps({ name: 'rack', family: 'megatec' });
  const port = await ups.serve('127.0.0.1', 0);
  const power = { ups: { rack: { driver: 'megatec', port: `tcp:127.0.0.1:${port}` } } };
  try {
    return await atSite({ deadAfterMs: SET_MS, callers: CALLERS, more: { power } }, async (site) => {
      await site.bed.box().untilLive(({ health }) => health.now?.power?.state === 'mains', READY_MS);
      bench.say('mains lost, with a UPS');
      const callers = new Callers(site);
      const stop = new AbortController();
      const calling = callers.place(Infinity, stop.signal);
      const lostAt = performance.now();
      ups.fault('mains-off', true);
      await site.bed.box().untilLive(({ health }) => health.now?.power?.state === 'battery', READY_MS);
      ups.charge(TAKES_NUMBERS);
      const asked = performance.now();
      await untilContinuity(site.hq, ({ lease }) => lease.answers === 'stand-in', READY_MS);
      const movedS = (performance.now() - asked) / 1_000;
      ups.charge(NEARLY_EMPTY);
      await asksToGoDown(site);
      await killBox(site);
      bench.say('the machine is down');
      await pause(GOES_ON_MS);
      stop.abort();
      await calling;
      return { tally: tallyOf(callers.all, lostAt), movedS, calls: callers.all.length };
    });
  } finally {
    await ups.close();
  }
}

async function asksToGoDown({ bed }: Site): Promise<void> {
  const until = performance.now() + HOME_MS;
  while (!existsSync(join(bed.boxDir, 'power-off'))) {
    if (performance.now() > until) throw new Error(`the box has not asked to go down: ${bed.lastWords()}`);
    await pause(LOOK_MS);
  }
}
