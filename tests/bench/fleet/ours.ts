/** Headquarters under a fleet: what a bare broker does, and what it is there for. */
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { RolloutDetail } from '@branchline/contracts/http/rollouts';
import type { Herd } from '../../fleet/load/herd.ts';
import type { LoadBox } from '../../fleet/load/load-box.ts';
import { branchOf } from '../../fleet/load/sayings.ts';
import { percentile } from '../rig/numbers.ts';
import type { Headquarters } from './brokers.ts';
import type { FleetFigures, OurFigures } from './figures.ts';
import { atRest, secondsSince, SETTLE_MS, storm, STORM_MS, type Around } from './peers.ts';

const EDITS = 40;
const AT_ONCE = 4;
/** Of each box, while headquarters is killed; a few minutes of a busy branch. */
const EVENTS = 45;
const HEALTH_MS = 5_000;

/** What is asked of a headquarters by its API, and what that costs. */
export type Asked = Pick<Headquarters, 'door' | 'cpuMs'>;

export interface OursAround extends Around {
  readonly say: (text: string) => void;
}

export async function measureOurs(
  hq: Headquarters,
  { herdAt, watch, say }: OursAround,
): Promise<FleetFigures> {
  await hq.start();
  const herd = herdAt(() => hq.port, 'contract');
  try {
    await pause(SETTLE_MS);
    const emptyMb = hq.rssMb();
    const { readyS, connectCpuMs, takenInS } = await watch(() => connectAll(herd, hq));
    say(`connected in ${readyS.toFixed(1)} s, taken in after ${takenInS.toFixed(1)} s`);
    await pause(SETTLE_MS);
    const fullMb = hq.rssMb();
    const restShare = await watch(() => atRest(hq));
    const writtenPerS = await watch(() => writeAll(herd, hq));
    say(`${writtenPerS.toFixed(0)} versions written a second`);
    const edits = await watch(() => editSome(herd, hq));
    say(`edited in ${edits.editP95Ms.toFixed(1)} ms`);
    const rollout = await watch(() => rollOut(herd, hq));
    say(`begun in ${rollout.begunS.toFixed(1)} s, confirmed after ${rollout.confirmedS.toFixed(1)} s`);
    const back = await watch(() => comeBack(herd, hq));
    say(`all back ${back.backS.toFixed(1)} s after the start`);
    const endMb = hq.rssMb();
    herd.stop();
    await hq.programs.stopAll();
    const wrong = wrongOf(herd, hq.database);
    const ours: OurFigures = { takenInS, writtenPerS, ...edits, ...rollout, ...back, wrong, endMb };
    return { readyS, connectCpuMs, emptyMb, fullMb, restShare, fanS: rollout.sentS, ours };
  } catch (error) {
    say(hq.programs.lastWords('hq'));
    throw error;
  } finally {
    herd.stop();
    await hq.programs.stopAll();
  }
}

async function connectAll(
  herd: Herd,
  hq: Headquarters,
): Promise<{ readyS: number; connectCpuMs: number; takenInS: number }> {
  const { readyS, connectCpuMs, began } = await storm(herd, hq);
  await herd.until(({ takenInAt }) => !Number.isNaN(takenInAt), STORM_MS, 'taken in');
  return { readyS, connectCpuMs, takenInS: secondsSince(began) };
}

/** The first version of every document; each box reports that it stays. */
export async function writeAll(herd: Herd, hq: Asked): Promise<number> {
  const began = performance.now();
  const left = [...herd.boxes];
  const write = async (): Promise<void> => {
    for (let box = left.pop(); box; box = left.pop()) await put(hq, box, branchOf(box.name), 0);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, write));
  const perS = herd.boxes.length / secondsSince(began);
  await herd.until(confirmedOf(1), STORM_MS, 'in step');
  return perS;
}

const confirmedOf =
  (version: number) =>
  (box: LoadBox): boolean =>
    box.version === version && !Number.isNaN(box.confirmedAt);

const put = (hq: Asked, box: LoadBox, source: string, after: number): Promise<unknown> =>
  hq.door.post(`/api/boxes/${box.name}/documents`, { source, reason: 'measured', after });

/** One after the other, each at another box: from the request until headquarters has said that it has heard that the document stays. */
async function editSome(
  herd: Herd,
  hq: Headquarters,
): Promise<Pick<OurFigures, 'editP95Ms' | 'roundTripP95Ms'>> {
  const edits: number[] = [];
  const trips: number[] = [];
  const step = Math.max(1, Math.floor(herd.boxes.length / EDITS));
  for (let index = 0; index < herd.boxes.length; index += step) {
    const box = herd.boxes[index];
    if (!box) continue;
    const began = performance.now();
    await put(hq, box, branchOf(box.name, '16s'), 1);
    await herd.until((each) => each !== box || confirmedOf(2)(each), STORM_MS, 'in step');
    edits.push(box.confirmedAt - began);
    trips.push(await roundTrip(box));
  }
  return { editP95Ms: percentile(edits, 0.95), roundTripP95Ms: percentile(trips, 0.95) };
}

function roundTrip(box: LoadBox): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => box.tellHealth(() => resolve(performance.now() - began)));
}

/** One change for all, in one wave, with as many under way as there are boxes. */
export async function rollOut(
  herd: Herd,
  hq: Asked,
): Promise<Pick<OurFigures, 'begunS' | 'sentS' | 'confirmedS' | 'rolloutCpuMs' | 'documentBytes'>> {
  const versions = new Map(herd.boxes.map((box) => [box.name, box.version]));
  const cpu = hq.cpuMs();
  const asked = performance.now();
  const { id } = await hq.door.post<RolloutDetail>('/api/rollouts', planOf(herd));
  const begunS = secondsSince(asked);
  const isNew = (box: LoadBox): boolean => box.version > (versions.get(box.name) ?? 0);
  await herd.until(isNew, STORM_MS, 'sent the new version');
  await herd.until((box) => isNew(box) && !Number.isNaN(box.confirmedAt), STORM_MS, 'in step');
  const last = (of: (box: LoadBox) => number): number => (Math.max(...herd.boxes.map(of)) - asked) / 1_000;
  const sentS = last(({ documentAt }) => documentAt) - begunS;
  const confirmedS = last(({ confirmedAt }) => confirmedAt) - begunS;
  const rolloutCpuMs = (hq.cpuMs() - cpu) / herd.boxes.length;
  await untilDone(herd, hq, id);
  return { begunS, sentS, confirmedS, rolloutCpuMs, documentBytes: herd.boxes[0]?.documentBytes ?? NaN };
}

/** The gates go by what boxes tell after they took the change. */
async function untilDone(herd: Herd, hq: Asked, id: number): Promise<void> {
  const telling = setInterval(() => {
    for (const box of herd.boxes) box.tellHealth();
  }, HEALTH_MS);
  try {
    const path = `/api/rollouts/${id}`;
    const over = await hq.door.untilGet<RolloutDetail>(path, ({ status }) => status !== 'running', STORM_MS);
    if (over.status !== 'done')
      throw new Error(`the rollout is ${over.status}: ${JSON.stringify(over.stop)}`);
  } finally {
    clearInterval(telling);
  }
}

const planOf = (herd: Herd): object => ({
  name: 'ring 20s',
  reason: 'measured',
  change: { kind: 'document', set: [{ path: ['queues', 'service', 'ring'], becomes: '20s' }] },
  boxes: herd.boxes.map(({ name }) => name),
  waves: [{ take: 'rest' }],
  gates: { soakS: 1, patienceS: 0 },
  hours: { by: 'any' },
  atOnce: herd.boxes.length,
});

/** Killed while every box tells its events; boxes come back by their own waits. */
async function comeBack(
  herd: Herd,
  hq: Headquarters,
): Promise<Pick<OurFigures, 'startS' | 'backS' | 'backP50S'>> {
  for (const box of herd.boxes) box.grow(EVENTS);
  await pause(50);
  await hq.kill();
  const killed = performance.now();
  for (const box of herd.boxes) box.grow(EVENTS);
  await hq.start();
  const started = performance.now();
  const isBack = (box: LoadBox): boolean => !Number.isNaN(box.takenInAt) && box.acked === box.newest;
  await herd.until(isBack, STORM_MS, 'back with all of their events stored');
  const backS = secondsSince(started);
  const ready = herd.boxes.map(({ readyAt }) => (readyAt - started) / 1_000);
  return { startS: (started - killed) / 1_000, backS, backP50S: percentile(ready, 0.5) };
}

/** Every event of every box is there once. */
function wrongOf(herd: Herd, database: string): number {
  const db = new Database(database, { readonly: true });
  try {
    const rows = db
      .prepare<[], { box: string; events: number; upto: number }>(
        `select box.name as box, count(*) as events, max(event.seq) as upto from event
         join call on call.id = event.owner join box on box.id = call.box group by box.name`,
      )
      .all();
    const there = new Map(rows.map(({ box, events }) => [box, events]));
    return herd.sum(({ name, newest }) => Math.abs(newest - (there.get(name) ?? 0)));
  } finally {
    db.close();
  }
}
