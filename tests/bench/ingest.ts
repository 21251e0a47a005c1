/** G9, G10: events that are stored for good, a second, from many boxes at once; whatever takes them in is killed at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DRAIN_TUNING } from '@branchline/firmware/uplink/drain-core';
import type { Bench } from './rig/context.ts';
import { Phase, type Watch } from './rig/phase.ts';
import { cpuMs, writtenBytes } from './rig/proc.ts';
import { repository } from './rig/programs.ts';
import type { Found, Row, Wanted } from './rig/report.ts';
import { Fleet } from './ingest/fleet.ts';
import { makeIdentities, type Identities } from './ingest/identities.ts';
import { bringMosquitto, type Mosquitto } from './ingest/mosquitto.ts';
import type { Batching } from './ingest/story.ts';
import { startOurs, startPeer, type System } from './ingest/systems.ts';

/** So many that no box's own wait for a word is what limits; fewer where each has two thousand events under way. */
const BOXES: Readonly<Record<Batching, number>> = { single: 200, live: 200, full: 20 };
/** Messages a second of one core, as published; in memory, PostgreSQL behind. */
const THINGSBOARD_PER_S = 1_400;
const WARM_UP_MS = 1_500;
const MEASURE_MS = 4_000;

const ARMS = [
  'ours, single',
  'naive, single',
  'gathered, single',
  'ours, live',
  'gathered, live',
  'ours, full',
  'gathered, full',
] as const;
type Arm = (typeof ARMS)[number];

interface Figures {
  readonly perS: number;
  readonly cpuUs: number;
  readonly bytes: number;
  /** Events said to be stored that were not there after the kill: must stay 0. */
  readonly lost: number;
  /** Events that the broker had confirmed to their boxes and that were not there after the kill. */
  readonly confirmedOnly: number;
  /** Of the measured core, by what is measured. */
  readonly core: number;
}

export async function ingest(bench: Bench): Promise<Found> {
  const mosquitto = bringMosquitto(join(repository, '.branchline/mosquitto'));
  const phase = new Phase<Arm, Figures>('ingest', ARMS);
  const dir = mkdtempSync(join(tmpdir(), 'branchline-bench-ingest-'));
  try {
    const identities = await makeIdentities(dir, Math.max(...Object.values(BOXES)));
    let run = 0;
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`ingest, round ${round + 1} of ${bench.rounds}`);
      await phase.round(round, async (arm, watch) => {
        run += 1;
        const place = join(dir, `run-${run}`);
        try {
          return await oneRun(arm, { place, identities, mosquitto }, watch);
        } finally {
          rmSync(place, { recursive: true, force: true });
        }
      });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return found(phase, mosquitto);
}

interface Around {
  readonly place: string;
  readonly identities: Identities;
  readonly mosquitto: Mosquitto;
}

async function oneRun(arm: Arm, { place, identities, mosquitto }: Around, watch: Watch): Promise<Figures> {
  const [who, batching] = arm.split(', ') as ['ours' | 'naive' | 'gathered', Batching];
  const system =
    who === 'ours' ? await startOurs(place, identities) : await startPeer(place, identities, mosquitto, who);
  let fleet: Fleet | undefined;
  try {
    const { port, window } = system;
    fleet = await Fleet.open({ port, identities, boxes: BOXES[batching], batching, window });
    system.serve(fleet);
    fleet.go();
    await pause(WARM_UP_MS);
    return await measure(system, fleet, watch);
  } finally {
    fleet?.close();
    await system.programs.stopAll();
  }
}

async function measure(system: System, fleet: Fleet, watch: Watch): Promise<Figures> {
  const { programs } = system;
  const pids = programs.pidsOn('measured');
  const writer = programs.pid(system.writer);
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  const before = {
    at: performance.now(),
    stored: system.stored(fleet),
    cpu: cpu(),
    bytes: writtenBytes(writer),
  };
  const used = await watch(async () => {
    await pause(MEASURE_MS);
    return { cpu: cpu() - before.cpu, bytes: writtenBytes(writer) - before.bytes };
  });
  const stored = system.stored(fleet);
  const lastedMs = performance.now() - before.at;
  const { fault } = fleet;
  await system.kill();
  if (fault !== undefined) throw new Error(`a box lost its line under load: ${fault}`);
  const there = system.rows();
  const rows = [...there.values()].reduce((sum, count) => sum + count, 0);
  const lost =
    system.window === 'acked'
      ? fleet.sum(({ name, acked }) => Math.max(0, acked - (there.get(name) ?? 0)))
      : Math.max(0, stored - rows);
  const fresh = rows - before.stored;
  return {
    perS: fresh / (lastedMs / 1_000),
    cpuUs: (used.cpu * 1_000) / fresh,
    bytes: used.bytes / fresh,
    lost,
    confirmedOnly: fleet.sum(({ name, puback }) => Math.max(0, puback - (there.get(name) ?? 0))),
    core: used.cpu / lastedMs,
  };
}

function found(phase: Phase<Arm, Figures>, mosquitto: Mosquitto): Found {
  const rate = (goal: string, what: string, ours: Arm, peer: Arm, wanted?: Wanted): Row => ({
    goal,
    what: `events stored: ${what}`,
    unit: '/s',
    ...phase.compare(({ perS }) => perS, ours, peer),
    ...(wanted && { wanted }),
  });
  const cost = (what: string, unit: string, of: (figures: Figures) => number): Row => ({
    goal: '-',
    what,
    unit,
    ...phase.compare(of, 'ours, live', 'gathered, live'),
  });
  const total = (of: (figures: Figures) => number, who: string): number =>
    ARMS.filter((arm) => arm.startsWith(who))
      .flatMap((arm) => phase.all(arm).map(of))
      .reduce((a, b) => a + b, 0);
  const confirmed = (who: string): number => total((figures) => figures.confirmedOnly, who);
  const busy = ARMS.map((arm) => `${arm} ${percent(phase.all(arm).map(({ core }) => core))}`).join('; ');
  const lost = ['ours', 'naive', 'gathered'].map((who) => `${who} ${total((figures) => figures.lost, who)}`);
  return {
    name: 'ingest',
    rows: [
      rate('G9', 'live frames; peer: a row each', 'ours, live', 'naive, single', { atLeast: 5 }),
      rate('G9', 'full frames; peer: a row each', 'ours, full', 'naive, single', { atLeast: 5 }),
      rate('G10', 'an event a frame; peer: a row each', 'ours, single', 'naive, single', { atLeast: 1 }),
      rate('G9', 'live frames; peer gathers too', 'ours, live', 'gathered, live'),
      rate('G9', 'full frames; peer gathers too', 'ours, full', 'gathered, full'),
      rate('G10', 'an event a frame; peer gathers', 'ours, single', 'gathered, single'),
      {
        goal: 'G18',
        what: 'messages stored a second of CPU, an event each; ThingsBoard publishes 1,400 (other hardware)',
        unit: '/s',
        ...phase.compare(({ cpuUs }) => 1e6 / cpuUs, 'ours, single'),
        wanted: { atLeast: 5 * THINGSBOARD_PER_S },
      },
      cost('CPU for an event, live frames; peer gathers too', 'us', ({ cpuUs }) => cpuUs),
      cost('written for an event, live frames; peer gathers too', 'B', ({ bytes }) => bytes),
    ],
    notes: [
      `MQTT over TLS with a certificate a box, ${BOXES.live} boxes (${BOXES.full} with full frames), ${DRAIN_TUNING.window} frames of each under way, ${MEASURE_MS / 1_000} s at full load, then kill -9; what counts is rows in the database afterwards`,
      `peers: mosquitto ${mosquitto.version}, one mqtt.js subscriber and better-sqlite3, WAL, synchronous=FULL, all on the measured core; a row and a transaction each ("naive"), or the same frames as ours with a transaction for what comes within 10 ms ("gathered"). Theirs is one table without an index that would take a repeat twice; ours refuses repeats, tells each call's line, looks for gaps and answers each box`,
      'live frames are of four, two, two and one event, as the story of a recorded queue call falls into 200 ms; full frames are of 500',
      `said to be stored and not there after the kill: ${lost.join(', ')}. Confirmed by PUBACK and not there: naive ${confirmed('naive')}, gathered ${confirmed('gathered')}, whose boxes get no other word; ours ${confirmed('ours')}, whose boxes do not go by it and keep what headquarters has not called stored`,
      `of the measured core used, median: ${busy}; the generator's core was busy ${phase.loadAtMost} at most`,
      `the host gave away of the measured core, median: ${phase.hostTook}`,
    ],
  };
}

function percent(shares: readonly number[]): string {
  const sorted = [...shares].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  return middle === undefined ? '-' : `${(100 * middle).toFixed(0)} %`;
}
