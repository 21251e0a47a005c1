/** One run: all boxes connect, all are given a new document, all tell their history as fast as it is taken; then the controllers are killed. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Herd } from '../../fleet/load/herd.ts';
import { rollOut, writeAll } from '../fleet/ours.ts';
import { SETTLE_MS, storm } from '../fleet/peers.ts';
import type { Fleet } from '../ingest/fleet.ts';
import type { Watch } from '../rig/phase.ts';
import { countedIn } from './counted.ts';
import type { Place, Used } from './place.ts';

export interface GroupFigures {
  /** From the order for a rollout over all until headquarters knows of the last box that it stays, s. */
  readonly documentS: number;
  /** Of CPU for one box of it, the busiest controller, ms. */
  readonly documentMs: number;
  /** Events a second that are in the database afterwards. */
  readonly perS: number;
  /** CPU for an event, us: of the controller that did the most, of broker and database. */
  readonly busiestUs: number;
  readonly brokerUs: number;
  readonly databaseUs: number;
  /** Resident with all boxes there, the largest controller, MB. */
  readonly rssMb: number;
  /** Called stored and not there, there twice, and boxes whose history reads otherwise: must be 0. */
  readonly wrong: number;
}

export interface GroupAround {
  readonly watch: Watch;
  readonly herd: Herd;
  /** Connects as many boxes that have nothing to do but to tell. */
  readonly fleet: () => Promise<Fleet>;
  readonly say: (text: string) => void;
}

const WARM_UP_MS = 1_500;
const MEASURE_MS = 4_000;

export async function measureGroup(place: Place, around: GroupAround): Promise<GroupFigures> {
  const { herd, watch, say } = around;
  try {
    const { documentS, documentMs, rssMb } = await changed(place, around);
    say(`a document for all in ${documentS.toFixed(1)} s, ${rssMb.toFixed(0)} MB`);
    herd.stop();
    const fleet = await around.fleet();
    try {
      fleet.go();
      await pause(WARM_UP_MS);
      const told = await watch(() => toldFor(place, fleet));
      const { fault } = fleet;
      await place.kill();
      if (fault !== undefined) throw new Error(`a box lost its line under load: ${fault}`);
      const { rows, ...wrong } = await counted(place, fleet);
      const fresh = rows - told.before;
      const us = (ms: number): number => (ms * 1_000) / fresh;
      say(`${(fresh / told.lastedS).toFixed(0)} events a second; ${JSON.stringify(wrong)}`);
      return {
        ...{ documentS, documentMs, rssMb },
        perS: fresh / told.lastedS,
        busiestUs: us(Math.max(...told.used.controllers)),
        brokerUs: us(told.used.broker),
        databaseUs: us(told.used.database),
        wrong: wrong.lost + wrong.twice + wrong.differ,
      };
    } finally {
      fleet.close();
    }
  } catch (error) {
    for (const name of place.controllers) say(place.programs.lastWords(name));
    throw error;
  } finally {
    herd.stop();
    await place.programs.stopAll();
  }
}

async function changed(
  place: Place,
  { herd, watch }: GroupAround,
): Promise<Pick<GroupFigures, 'documentS' | 'documentMs' | 'rssMb'>> {
  await storm(herd, place);
  await herd.until(({ takenInAt }) => !Number.isNaN(takenInAt), SETTLE_MS * 10, 'taken in');
  await writeAll(herd, place);
  const before = place.used();
  const { begunS, confirmedS } = await watch(() => rollOut(herd, place));
  const used = between(before, place.used());
  const rssMb = Math.max(...place.rssMb());
  return {
    documentS: begunS + confirmedS,
    documentMs: Math.max(...used.controllers) / herd.boxes.length,
    rssMb,
  };
}

async function toldFor(place: Place, fleet: Fleet): Promise<{ before: number; lastedS: number; used: Used }> {
  const before = fleet.sum(({ acked }) => acked);
  const began = performance.now();
  const used = place.used();
  await pause(MEASURE_MS);
  return { before, used: between(used, place.used()), lastedS: (performance.now() - began) / 1_000 };
}

async function counted(place: Place, fleet: Fleet): ReturnType<typeof countedIn> {
  const db = await place.database();
  try {
    return await countedIn(db, fleet);
  } finally {
    await db.close();
  }
}

const between = (before: Used, after: Used): Used => ({
  controllers: after.controllers.map((ms, at) => ms - (before.controllers[at] ?? 0)),
  broker: after.broker - before.broker,
  database: after.database - before.database,
});
