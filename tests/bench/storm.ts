/** Two hundred events of ten faults: how many alarms are shown at the box and at headquarters, and how soon. */
import { setTimeout as pause } from 'node:timers/promises';
import { LabUps } from '@branchline/lab/power/ups';
import { createPacer } from '@branchline/lab/rtp/pacer';
import { silence } from '@branchline/lab/rtp/sources';
import { UserAgent } from '@branchline/lab/sip/user-agent';
import { BenchBranch } from './rig/branch.ts';
import type { Bench } from './rig/context.ts';
import { benchDocument } from './rig/document.ts';
import type { Found, Row } from './rig/report.ts';

/** Each with its trunks; the tenth fault is the UPS. */
const GATEWAYS = 9;
const TRUNKS_EACH = 3;
const FAULTS = GATEWAYS + 1;
/** Alarms that are open when all are away. */
const OPEN = GATEWAYS * (1 + TRUNKS_EACH) + 1;
/** One comes and goes with each. */
const EVENTS = 200;
const WAIT_MS = 120_000;
const LOOK_MS = 100;

interface Alarm {
  readonly id: string;
  readonly cause?: string | undefined;
}

interface Wave {
  /** From the first fault until the box, and headquarters, show all of it, ms. */
  readonly boxMs: number;
  readonly hqMs: number;
  readonly atBox: number;
  readonly atHq: number;
  /** From the end of the faults until nothing is shown, ms. */
  readonly overMs: number;
}

export async function storm(bench: Bench): Promise<Found> {
  const site = await Site.start(bench.engineRoot);
  const waves: Wave[] = [];
  try {
    while (waves.length * OPEN * 2 < EVENTS) {
      waves.push(await site.wave());
      bench.say(`storm, ${waves.length * OPEN * 2} events of at least ${EVENTS}`);
    }
  } finally {
    await site.stop();
  }
  return found(waves);
}

class Site {
  readonly #branch: BenchBranch;
  readonly #gateways: readonly UserAgent[];
  readonly #ups: LabUps;

  private constructor(branch: BenchBranch, gateways: readonly UserAgent[], ups: LabUps) {
    this.#branch = branch;
    this.#gateways = gateways;
    this.#ups = ups;
  }

  static async start(engineRoot: string): Promise<Site> {
    const ups = new LabUps({ name: 'rack', family: 'megatec' });
    const port = await ups.serve('127.0.0.1', 0);
    const pacer = createPacer();
    const opening: Promise<UserAgent>[] = [];
    const branch = await BenchBranch.start({
      engineRoot,
      headquarters: true,
      document: (gateway) => {
        const net = gateway.split('.').slice(0, 3).join('.');
        const hosts = Array.from({ length: GATEWAYS }, (_, index) => `${net}.${21 + index}`);
        for (const host of hosts)
          opening.push(UserAgent.open({ host, port: 5060, user: 'gateway', pacer, source: silence() }));
        return { ...document(gateway, hosts), power: { ups: { rack: { port: `tcp:127.0.0.1:${port}` } } } };
      },
    });
    const site = new Site(branch, await Promise.all(opening), ups);
    await branch.box.untilLive(({ health }) => health.now?.power?.state === 'mains', WAIT_MS);
    await site.#untilBox(0);
    return site;
  }

  async wave(): Promise<Wave> {
    const began = performance.now();
    this.#away(true);
    const [atBox, atHq] = await Promise.all([this.#untilBox(OPEN), this.#untilHq(OPEN)]);
    const ended = performance.now();
    this.#away(false);
    await this.#untilBox(0);
    const overMs = performance.now() - ended;
    await this.#untilHq(0);
    return {
      ...{ boxMs: atBox.at - began, hqMs: atHq.at - began, overMs },
      ...{ atBox: heads(atBox.alarms), atHq: heads(atHq.alarms) },
    };
  }

  async stop(): Promise<void> {
    await this.#branch.stop();
    await Promise.all(this.#gateways.map((gateway) => gateway.close()));
    await this.#ups.close();
  }

  #away(away: boolean): void {
    for (const gateway of this.#gateways) gateway.setPlugged(!away);
    this.#ups.fault('unplugged', away);
  }

  #untilBox(open: number): Promise<Seen> {
    return until(open, async () => (await this.#branch.box.get<{ alarms: Alarm[] }>('/api/alarms')).alarms);
  }

  #untilHq(open: number): Promise<Seen> {
    return until(open, async () => {
      const { boxes } = await this.#branch.hq.get<{ boxes: { alarms: Alarm[] }[] }>('/api/boxes');
      return boxes.flatMap(({ alarms }) => alarms);
    });
  }
}

interface Seen {
  readonly at: number;
  readonly alarms: readonly Alarm[];
}

async function until(open: number, look: () => Promise<readonly Alarm[]>): Promise<Seen> {
  for (const end = performance.now() + WAIT_MS; ;) {
    const alarms = await look();
    const at = performance.now();
    if (alarms.length === open) return { at, alarms };
    if (at > end) throw new Error(`${alarms.length} alarms are open after ${WAIT_MS} ms, not ${open}`);
    await pause(LOOK_MS);
  }
}

const heads = (alarms: readonly Alarm[]): number =>
  alarms.filter(({ cause }) => cause === undefined || !alarms.some(({ id }) => id === cause)).length;

function document(gateway: string, hosts: readonly string[]): object {
  const plain = benchDocument({ gateway, agents: 1 }) as Record<string, object>;
  const name = (index: number): string => `gateway-${index + 1}`;
  const trunks = hosts.flatMap((_, index) =>
    Array.from({ length: TRUNKS_EACH }, (_each, line): [string, object] => [
      `trunk-${index + 1}-${line + 1}`,
      { gateway: name(index), channels: 30 },
    ]),
  );
  return {
    ...plain,
    gateways: Object.fromEntries(hosts.map((address, index) => [name(index), { kind: 'sip', address }])),
    trunks: {
      ...Object.fromEntries(trunks),
      'trunk-1-1': { gateway: name(0), channels: 30, numbers: ['+86 571 8600 1000..1029'] },
    },
    routes: [{ to: ['national', 'mobile'], via: ['trunk-1-1'] }],
  };
}

function found(waves: readonly Wave[]): Found {
  const events = waves.length * OPEN * 2;
  const row = (what: string, unit: string, ours: readonly number[], atMost?: number): Row => ({
    ...{ goal: '-', what, unit, ours },
    ...(atMost === undefined ? {} : { wanted: { atMost } }),
  });
  const s = (of: (wave: Wave) => number): number[] => waves.map((wave) => of(wave) / 1_000);
  return {
    name: 'storm',
    rows: [
      row(
        `alarms shown at the box, ${events} events of ${FAULTS} faults`,
        'alarms',
        waves.map(({ atBox }) => atBox),
        FAULTS,
      ),
      row(
        'alarms shown at headquarters',
        'alarms',
        waves.map(({ atHq }) => atHq),
        FAULTS,
      ),
      row(
        'from the faults until the box shows all of them',
        's',
        s(({ boxMs }) => boxMs),
      ),
      row(
        'from the faults until headquarters shows all of them',
        's',
        s(({ hqMs }) => hqMs),
      ),
      row(
        'from their end until the box shows none',
        's',
        s(({ overMs }) => overMs),
      ),
    ],
    notes: [
      `${GATEWAYS} gateways with ${TRUNKS_EACH} trunks each and a UPS are away at once, and come back at once: ${OPEN} alarms come and go in each of ${waves.length} waves`,
      'no peer: a monitor that knows nothing of what depends on what shows them all',
    ],
  };
}
