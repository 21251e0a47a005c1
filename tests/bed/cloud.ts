/** A branch with a stand-in in the cloud: a carrier that tries the branch's line and then the stand-in, and the host that runs it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabPlanInput } from '@branchline/lab/plan';
import { freeTcpPort } from '@branchline/lab/tcp';
import { freeUdpRange } from '@branchline/lab/udp';
import { readIdentity } from '@branchline/firmware/uplink/identity';
import type { BranchContinuity } from '@branchline/contracts/http/continuity';
import { ENGINE_ROOT, type BranchBed, type BranchOrder } from './branch.ts';
import type { Door } from './door.ts';
import { bedDocument } from './document.ts';

export const HOST = 'cloud-1';
export const BRANCH = 'test-branch';
/** Hosts of the bed's network. */
const [CARRIER, STAND_IN] = [50, 40];
const ACCOUNTS = { 'cloud-box': 'cloud-box-secret', 'cloud-standin': 'cloud-standin-secret' } as const;
const NUMBERS = { first: '+8657186001000', last: '+8657186001029' };
/** How long a gateway waits for a box that is dead, and the carrier for an account, ms. */
const DEAD_AFTER_MS = 1_000;

export function cloudDocument({ gateway }: { gateway: string }): object {
  const net = gateway.split('.').slice(0, 3).join('.');
  const plain = bedDocument({ gateway }) as { trunks: object; queues: { service: object } };
  const account = { username: 'cloud-box', secret: 'cloud-box' };
  const standIn = { username: 'cloud-standin', secret: 'cloud-standin' };
  return {
    ...plain,
    trunks: {
      ...plain.trunks,
      cloud: { sip: { server: `${net}.${CARRIER}:5060`, ...account, 'stand-in': standIn }, channels: 30 },
    },
    continuity: { 'stand-in': HOST, 'move-after': '5s', 'come-home-after': '10s' },
  };
}

/** @param deadAfterMs how long a gateway, and the carrier, waits for one that is dead before the next is tried */
export const cloudOrder = (subscribers: number, deadAfterMs = DEAD_AFTER_MS): BranchOrder => ({
  document: cloudDocument,
  subscribers,
  onPlaces: (dir) => writeFileSync(join(dir, 'secrets.json'), JSON.stringify(ACCOUNTS)),
  secondRegistrar: (net) => ({ host: `${net}.${STAND_IN}`, port: 5060 }),
  hqEnv: (dir) => {
    const file = join(dir, 'carriers.yaml');
    writeFileSync(file, "carriers:\n  west: { kind: hunting, serves: ['+86'], promise: 5s }\n");
    return { BRANCHLINE_HQ_CARRIERS: file };
  },
  lab: (plan, net): LabPlanInput => ({
    ...plan,
    gateways: (plan.gateways ?? []).map((one) => ({
      ...one,
      numbers: [],
      behind: { engine: 5062, relay: 5064 },
      deadAfterMs,
    })),
    pstn: {
      ...plan.pstn,
      carriers: Object.entries(ACCOUNTS).map(([name, password], index) => ({
        ...{ name, password, username: name, channels: 30, deadAfterMs },
        address: { host: `${net}.${CARRIER}`, port: 5060 },
        edge: 5070 + index,
      })),
      numbers: [{ ...NUMBERS, targets: ['e1-main', 'cloud-standin'] }],
    },
  }),
});

/** The host as a program of its own; what it starts outlives it, and is ended here. */
export class CloudHost {
  readonly #bed: BranchBed;
  #env: Record<string, string> = {};

  private constructor(bed: BranchBed) {
    this.#bed = bed;
  }

  static async start(bed: BranchBed): Promise<CloudHost> {
    const host = new CloudHost(bed);
    const identityDir = join(host.dir, 'identity');
    mkdirSync(identityDir, { recursive: true });
    await readIdentity({ identityDir, tenant: 'main', box: HOST });
    bed.enrol(HOST, identityDir);
    const { host: hqHost, port } = bed.broker;
    host.#env = {
      BRANCHLINE_STANDIN_DATA_DIR: host.dir,
      BRANCHLINE_STANDIN_NAME: HOST,
      BRANCHLINE_STANDIN_HQ_HOST: hqHost,
      BRANCHLINE_STANDIN_HQ_PORT: String(port),
      BRANCHLINE_STANDIN_ADDRESSES: `${bed.net}.${STAND_IN}`,
      BRANCHLINE_STANDIN_RTP_FIRST: String(await freeUdpRange('127.0.0.1', 400)),
      BRANCHLINE_STANDIN_ARI_FIRST: String(await freeTcpPort()),
      BRANCHLINE_STANDIN_CONSOLE_FIRST: String(await freeTcpPort()),
      BRANCHLINE_STANDIN_ENGINE_ROOT: ENGINE_ROOT ?? '',
      BRANCHLINE_STANDIN_LOG_LEVEL: 'debug',
    };
    host.begin();
    return host;
  }

  get dir(): string {
    return join(this.#bed.dir, 'cloud');
  }

  begin(): void {
    this.#bed.startBeside('cloud', 'stand-in/main.ts', this.#env);
  }

  /** Of the stand-in of the branch. */
  pid(program: 'service' | 'engine'): number | undefined {
    try {
      const text = readFileSync(join(this.dir, 'places', BRANCH, 'run', `${program}.json`), 'utf8');
      return (JSON.parse(text) as { pid: number }).pid;
    } catch {
      return undefined;
    }
  }

  log(program: 'service' | 'engine'): string {
    return readFileSync(join(this.dir, 'places', BRANCH, 'run', `${program}.log`), 'utf8');
  }

  /** The host itself first, as it would begin them anew. */
  end(): void {
    this.#bed.process('cloud').kill('SIGKILL');
    for (const branch of placesIn(this.dir))
      for (const program of ['service', 'engine'] as const) {
        const pid = branch === BRANCH ? this.pid(program) : undefined;
        if (pid !== undefined) killed(pid);
      }
  }
}

const placesIn = (dir: string): string[] => {
  try {
    return readdirSync(join(dir, 'places'));
  } catch {
    return [];
  }
};

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** As headquarters shows it, once it fits. */
export async function untilContinuity(
  hq: Door,
  fits: (of: BranchContinuity) => boolean,
  withinMs: number,
): Promise<BranchContinuity> {
  const answer = await hq.untilGet<{ continuity: BranchContinuity | null }>(
    `/api/boxes/${BRANCH}/continuity`,
    ({ continuity }) => continuity !== null && fits(continuity),
    withinMs,
  );
  if (!answer.continuity) throw new Error('the branch has no stand-in');
  return answer.continuity;
}
