/** The host of stand-ins as a program, at a headquarters of a test: its engines are a program that only stays, its services are the real ones. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '@branchline/controller/test-bed';
import { freeTcpPort } from '@branchline/lab/tcp';
import { freeUdpPort, freeUdpRange } from '@branchline/lab/udp';
import { RTP_EACH } from '../../stand-in/slots.ts';

const MAIN = new URL('../../stand-in/main.ts', import.meta.url).pathname;
const STAYS = 'setInterval(() => undefined, 60_000);\n';
const PROGRAMS = ['service', 'engine'] as const;

export interface CloudHostOrder {
  readonly name: string;
  readonly tenant: string;
  readonly port: number;
  readonly certificate: Certificate;
}

export class CloudHost {
  readonly dir = mkdtempSync(join(tmpdir(), 'cloud-host-'));
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  private constructor({ name, tenant, port }: CloudHostOrder, ports: Readonly<Record<string, string>>) {
    const engine = join(this.dir, 'engine.js');
    writeFileSync(engine, STAYS);
    const of = {
      ...{ DATA_DIR: this.dir, NAME: name, TENANT: tenant, HQ_HOST: '127.0.0.1', HQ_PORT: String(port) },
      ...{ ADDRESSES: '127.0.0.1', ENGINE_ROOT: this.dir, ENGINE: engine },
      ...ports,
    };
    this.#env = Object.fromEntries(
      Object.entries(of).map(([key, value]) => [`BRANCHLINE_STANDIN_${key}`, value]),
    );
  }

  static async make(order: CloudHostOrder): Promise<CloudHost> {
    const host = new CloudHost(order, {
      SIP_PORT: String(await freeUdpPort('127.0.0.1')),
      RTP_FIRST: String(await freeUdpRange('127.0.0.1', RTP_EACH)),
      ARI_FIRST: String(await freeTcpPort()),
      CONSOLE_FIRST: String(await freeTcpPort()),
    });
    const { cert, key, ca } = order.certificate;
    const identity = join(host.dir, 'identity');
    mkdirSync(identity);
    for (const [file, text] of Object.entries({ 'box.crt': cert, 'box.key': key, 'ca.crt': ca }))
      writeFileSync(join(identity, file), text, { mode: 0o600 });
    return host;
  }

  begin(): void {
    const log = openSync(join(this.dir, 'host.log'), 'a');
    this.#child = spawn(process.execPath, [MAIN], { env: this.#env, stdio: ['ignore', log, log] });
  }

  /** As by a power cut of this program alone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  pid(branch: string, program: (typeof PROGRAMS)[number]): number | undefined {
    const text = this.read(branch, 'run', `${program}.json`);
    return text === undefined ? undefined : (JSON.parse(text) as { pid: number }).pid;
  }

  /** A file of a branch's place. */
  read(branch: string, ...path: string[]): string | undefined {
    try {
      return readFileSync(join(this.dir, 'places', branch, ...path), 'utf8');
    } catch {
      return undefined;
    }
  }

  /** The host first, as it would begin them anew. */
  async end(): Promise<void> {
    await this.kill();
    const places = join(this.dir, 'places');
    const served = existsSync(places) ? readdirSync(places) : [];
    const pids = served.flatMap((branch) => PROGRAMS.map((program) => this.pid(branch, program)));
    for (const pid of pids) if (pid !== undefined) killed(pid);
    rmSync(this.dir, { recursive: true, maxRetries: 5 });
  }
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
