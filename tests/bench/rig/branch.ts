/**
 * The product as it ships, on loopback: the box's service and its engine on the measured core, headquarters on the other.
 * Gateways and phones are played by whoever measures.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freeUdpRange } from '@branchline/lab/udp';
import { Door } from '../../bed/door.ts';
import { BOX_FLAGS } from './flags.ts';
import { freeTcpPort } from '@branchline/lab/tcp';
import { Programs, repository, runScript, type Env } from './programs.ts';

export interface BranchOrder {
  readonly engineRoot: string;
  /** The branch document as written. */
  readonly document: (gateway: string) => object;
  readonly headquarters: boolean;
  readonly boxEnv?: Env;
  readonly boxFlags?: readonly string[];
  /** Prepared, with headquarters where asked for, and neither engine nor service started. */
  readonly atRest?: boolean;
  /** A command that runs service and engine in turn, as `unshare` does. */
  readonly through?: readonly string[];
}

const READY_MS = 60_000;
const RTP_PORTS = 1_200;

let branches = 0;

export class BenchBranch {
  readonly dir = mkdtempSync(join(tmpdir(), 'branchline-bench-'));
  readonly programs = new Programs(join(this.dir, 'logs'));
  /** The first three parts of every address of this branch. */
  readonly net: string;
  readonly order: BranchOrder;
  boxEnv: Env = {};
  phoneSecrets: Readonly<Record<string, string>> = {};
  /** Milliseconds from the last start of the box's process until it said that it was ready. */
  boxReadyMs = NaN;
  #hqEnv: Env = {};
  #boxPassword = '';
  #hqPassword = '';

  private constructor(order: BranchOrder) {
    branches += 1;
    this.order = order;
    this.net = `127.${80 + (process.pid % 100)}.${branches}`;
  }

  static async start(order: BranchOrder): Promise<BenchBranch> {
    const branch = new BenchBranch(order);
    try {
      await branch.#prepare();
      if (order.headquarters) await branch.startHeadquarters();
      if (!order.atRest) {
        branch.startEngine();
        await branch.startBox();
      }
      return branch;
    } catch (error) {
      const words = ['box', 'engine', 'hq'].map((name) => `--- ${name}\n${branch.programs.lastWords(name)}`);
      await branch.stop();
      throw new Error(`the branch did not start: ${String(error)}\n${words.join('\n')}`, { cause: error });
    }
  }

  get sip(): { host: string; port: number } {
    return { host: `${this.net}.10`, port: 5060 };
  }

  /** The directory of the engine's instance. */
  get engineDir(): string {
    return join(this.dir, 'box/engine');
  }

  get gateway(): string {
    return `${this.net}.11`;
  }

  get box(): Door {
    return new Door(`http://${this.boxEnv.BRANCHLINE_BOX_CONSOLE_LISTEN}`, this.#boxPassword);
  }

  get hq(): Door {
    return new Door(`http://${this.#hqEnv.BRANCHLINE_HQ_HTTP_LISTEN}`, this.#hqPassword);
  }

  get broker(): string {
    return this.#hqEnv.BRANCHLINE_HQ_MQTT_LISTEN ?? '';
  }

  async #prepare(): Promise<void> {
    const boxDir = join(this.dir, 'box');
    for (const name of ['box', 'hq']) mkdirSync(join(this.dir, name), { recursive: true });
    writeFileSync(join(boxDir, 'branch.yaml'), JSON.stringify(this.order.document(this.gateway)));
    const [ari, page, hqPage, broker] = await Promise.all([1, 2, 3, 4].map(() => freeTcpPort()));
    const rtp = await freeUdpRange('127.0.0.1', RTP_PORTS);
    this.boxEnv = {
      BRANCHLINE_BOX_DATA_DIR: boxDir,
      BRANCHLINE_BOX_SIP_ADDRESS: this.sip.host,
      BRANCHLINE_BOX_SAFE_MODE_AFTER: '0',
      BRANCHLINE_BOX_RTP_FIRST: String(rtp),
      BRANCHLINE_BOX_RTP_LAST: String(rtp + RTP_PORTS - 1),
      BRANCHLINE_BOX_ARI_PORT: String(ari),
      BRANCHLINE_BOX_CONSOLE_LISTEN: `127.0.0.1:${page}`,
      BRANCHLINE_BOX_PROMPTS_DIR: join(repository, 'firmware/prompts'),
      BRANCHLINE_BOX_UI_DIR: join(repository, 'web-ui/dist'),
      ...(this.order.headquarters
        ? { BRANCHLINE_BOX_HQ_HOST: '127.0.0.1', BRANCHLINE_BOX_HQ_PORT: String(broker) }
        : {}),
      ...this.order.boxEnv,
    };
    this.#hqEnv = {
      BRANCHLINE_HQ_DATA_DIR: join(this.dir, 'hq'),
      BRANCHLINE_HQ_HTTP_LISTEN: `127.0.0.1:${hqPage}`,
      BRANCHLINE_HQ_MQTT_LISTEN: `127.0.0.1:${broker}`,
      BRANCHLINE_HQ_UI_DIR: join(repository, 'web-ui/dist'),
    };
    const said = runScript('dist/firmware/prepare.mjs', [], this.boxEnv);
    this.#boxPassword = (JSON.parse(said.trim().split('\n').at(-1) ?? '{}') as { password: string }).password;
    if (this.order.headquarters) this.#enrol(join(boxDir, 'identity'));
    this.phoneSecrets = JSON.parse(readFileSync(join(boxDir, 'phone-secrets.json'), 'utf8')) as Env;
  }

  #enrol(identity: string): void {
    const args = ['enrol', '--csr', join(identity, 'box.csr'), '--box', 'bench', '--out', identity];
    runScript('dist/controller/enrolment/main.mjs', args, this.#hqEnv);
    this.#hqPassword = runScript('dist/controller/access/main.mjs', ['new-password'], this.#hqEnv).trim();
  }

  async startHeadquarters(): Promise<void> {
    this.programs.start('hq', 'load', { script: 'dist/controller/main.mjs', env: this.#hqEnv });
    await this.hq.until('/api/ready', isReady, READY_MS).catch(() => this.#againUntilReady('hq'));
  }

  startEngine(): void {
    const args = [
      ['--root', this.order.engineRoot],
      ['--instance', this.engineDir],
      ['--site', join(this.dir, 'box/engine-site.json')],
    ].flat();
    const script = 'dist/firmware/engine/instance/main.mjs';
    this.programs.start('engine', 'measured', { script, args, through: this.order.through ?? [] });
  }

  async startBox(): Promise<void> {
    const began = performance.now();
    const { boxFlags: flags = BOX_FLAGS, through = [] } = this.order;
    const script = 'dist/firmware/main.mjs';
    this.programs.start('box', 'measured', { script, env: this.boxEnv, flags, through });
    await this.#againUntilReady('box');
    this.boxReadyMs = performance.now() - began;
  }

  /** Nobody listens yet in the first moment, which is no reason to give up. */
  async #againUntilReady(name: 'box' | 'hq'): Promise<void> {
    const door = name === 'box' ? this.box : this.hq;
    const until = performance.now() + READY_MS;
    for (;;) {
      this.programs.pid(name);
      try {
        await door.until('/api/ready', isReady, Math.max(1, until - performance.now()));
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await pause(10);
      }
    }
  }

  async stop(): Promise<void> {
    await this.programs.stopAll();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const isReady = (answer: unknown): boolean => (answer as { ready: boolean }).ready;
