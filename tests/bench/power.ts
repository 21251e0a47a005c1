/** What the mains take with them and how soon somebody knows, and what a box at rest costs its line and its processor. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LabUps } from '@branchline/lab/power/ups';
import { CountingLine } from './power/counting-line.ts';
import { BenchBranch } from './rig/branch.ts';
import type { Bench } from './rig/context.ts';
import { benchDocument, NUMBERS } from './rig/document.ts';
import { Load } from './rig/load.ts';
import { cpuMs } from './rig/proc.ts';
import type { Found, Row } from './rig/report.ts';

const CALLS = 20;
/** Calls go on so long after the battery was low, ms; below the minute that the box stays up for them. */
const TALK_ON_MS = 10_000;
/** 0 to 1; below what the UPS calls low. */
const LOW_CHARGE = 0.1;
const WAIT_MS = 90_000;
const LOOK_MS = 20;
/** From one health report of a box at rest to the next, so that exactly one falls into it. */
const REST_MS = 300_000;
const SETTLE_MS = 30_000;
const DAY_MS = 86_400_000;

export async function power(bench: Bench): Promise<Found> {
  const outages: Outage[] = [];
  const idle: Outage[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    bench.say(`power, round ${round + 1} of ${bench.rounds}`);
    outages.push(await outage(bench.engineRoot, CALLS));
    idle.push(await outage(bench.engineRoot, 0));
  }
  bench.say(`power, at rest for ${REST_MS / 1_000} s`);
  return found(outages, idle, await atRest(bench.engineRoot));
}

interface Outage {
  /** From the mains' end until headquarters' API shows the alarm. */
  readonly toldMs: number;
  /** From the low battery, or the end of the last call after it, until all is on disk and the machine is asked to go down. */
  readonly downMs: number;
  readonly cut: number;
}

async function outage(engineRoot: string, calls: number): Promise<Outage> {
  const ups = new LabUps({ name: 'rack', family: 'megatec' });
  const port = await ups.serve('127.0.0.1', 0);
  const branch = await BenchBranch.start({
    engineRoot,
    headquarters: true,
    document: (gateway) => ({
      ...benchDocument({ gateway, agents: Math.max(1, calls) }),
      power: { ups: { rack: { driver: 'megatec', port: `tcp:127.0.0.1:${port}` } } },
    }),
  });
  try {
    await branch.box.untilLive(({ health }) => health.now?.power?.state === 'mains', WAIT_MS);
    const talks = calls > 0 ? await Talks.begin(branch, calls) : undefined;
    const failedAt = performance.now();
    ups.fault('mains-off', true);
    await branch.hq.untilGet<{ boxes: Summary[] }>(
      '/api/boxes',
      ({ boxes }) => boxes.some(({ alarms }) => alarms.some(({ code }) => code === 'on-battery')),
      WAIT_MS,
    );
    const toldMs = performance.now() - failedAt;
    ups.charge(LOW_CHARGE);
    const lowAt = performance.now();
    const { overAt, cut } = (await talks?.end(TALK_ON_MS)) ?? { overAt: lowAt, cut: 0 };
    await fileThere(join(branch.dir, 'box/power-off'));
    return { toldMs, downMs: performance.now() - overAt, cut };
  } finally {
    await branch.stop();
    await ups.close();
  }
}

interface Summary {
  readonly alarms: readonly { readonly code: string }[];
}

/** Calls that people have in progress when the battery is low, and end themselves. */
class Talks {
  readonly #load: Load;
  #ended = 0;

  private constructor(load: Load) {
    this.#load = load;
  }

  static async begin(branch: BenchBranch, calls: number): Promise<Talks> {
    const { sip: server, net, gateway, phoneSecrets: secrets } = branch;
    const load = await Load.open({ server, net, gateway, secrets, agents: calls });
    const talks = new Talks(load);
    load.habit = (call) => {
      call.ring();
      call.answer();
    };
    for (let call = 0; call < calls; call += 1) {
      const placed = await load.call(NUMBERS.queue);
      await placed.answered(WAIT_MS);
      void placed.whenEnded(WAIT_MS).then(() => (talks.#ended += 1));
    }
    return talks;
  }

  /** @returns when the last had hung up, and how many were over before anybody hung up. */
  async end(afterMs: number): Promise<{ overAt: number; cut: number }> {
    await pause(afterMs);
    const cut = this.#ended;
    await this.#load.hangUpAll();
    const overAt = performance.now();
    await this.#load.close();
    return { overAt, cut };
  }
}

async function fileThere(path: string): Promise<void> {
  const until = performance.now() + WAIT_MS;
  while (!existsSync(path)) {
    if (performance.now() > until) throw new Error(`${path} was not written within ${WAIT_MS} ms`);
    await pause(LOOK_MS);
  }
}

interface Rest {
  readonly bytesADay: number;
  readonly corePercent: number;
}

/** Ten telephones, one line, one UPS, nobody calls. */
async function atRest(engineRoot: string): Promise<Rest> {
  const line = await CountingLine.open();
  const ups = new LabUps({ name: 'rack', family: 'megatec' });
  const port = await ups.serve('127.0.0.1', 0);
  const branch = await BenchBranch.start({
    engineRoot,
    headquarters: true,
    atRest: true,
    boxEnv: { BRANCHLINE_BOX_HQ_PORT: String(line.port) },
    document: (gateway) => ({
      ...benchDocument({ gateway, agents: 10 }),
      power: { ups: { rack: { driver: 'megatec', port: `tcp:127.0.0.1:${port}` } } },
    }),
  });
  try {
    line.target = branch.broker;
    branch.startEngine();
    await branch.startBox();
    await pause(SETTLE_MS);
    const pid = branch.programs.pid('box');
    const before = { bytes: line.bytes, cpu: cpuMs(pid), at: performance.now() };
    await pause(REST_MS);
    const lasted = performance.now() - before.at;
    return {
      bytesADay: ((line.bytes - before.bytes) * DAY_MS) / lasted,
      corePercent: (100 * (cpuMs(pid) - before.cpu)) / lasted,
    };
  } finally {
    await branch.stop();
    await ups.close();
    await line.close();
  }
}

function found(outages: readonly Outage[], idle: readonly Outage[], rest: Rest): Found {
  const seconds = (ms: readonly number[]): number[] => ms.map((one) => one / 1_000);
  const cut = outages.reduce((sum, one) => sum + one.cut, 0);
  const single = (value: number): number[] => [value, value, value];
  const row = (what: string, unit: string, ours: readonly number[], atMost?: number): Row => ({
    goal: '-',
    what,
    unit,
    ours,
    ...(atMost === undefined ? {} : { wanted: { atMost } }),
  });
  return {
    name: 'power',
    rows: [
      row(
        'mains lost, until headquarters shows the alarm',
        's',
        seconds([...outages, ...idle].map(({ toldMs }) => toldMs)),
      ),
      row(
        'battery low, until all is on disk and the machine may go down, no calls',
        's',
        seconds(idle.map(({ downMs }) => downMs)),
      ),
      row(
        `the same from the end of the last of ${CALLS} calls`,
        's',
        seconds(outages.map(({ downMs }) => downMs)),
      ),
      row(`of these calls, cut by the box`, `of ${CALLS * outages.length}`, single(cut), 0),
      row('a box at rest: bytes over its line to headquarters', 'MB a day', single(rest.bytesADay / 1e6), 2),
      row('a box at rest: processor of the whole service', '% of a core', single(rest.corePercent), 1),
    ],
    notes: [
      'a Megatec UPS behind a serial server, asked as often as the product asks where the document says nothing; the steps of the policy that stand there too',
      `calls go on for ${TALK_ON_MS / 1_000} s after the battery was low, and then end by themselves`,
      `at rest: ten telephones, one line, one UPS, ${REST_MS / 1_000} s; bytes both ways with TLS, TCP and IP; the processor is that of the service, with all it watches`,
      'no peer: monitors of a UPS know nothing of calls',
    ],
  };
}
