/**
 * For tests: a PostgreSQL server of our own in a folder of its own, reached by a socket in it and by no port. PostgreSQL refuses to
 * run as root, so root runs it as 'nobody'.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const DEBIAN = '/usr/lib/postgresql';
/** 'nobody' and 'nogroup', on every Debian. */
const NOBODY = 65_534;
const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const USER = 'branchline';
const ENDS_MS = 5_000;
/** It loses what it has when the machine dies, and is quicker for it. */
const QUICK = { fsync: 'off', full_page_writes: 'off', shared_buffers: '16MB', autovacuum: 'off' };

export interface PostgresOrder {
  /** Beyond those that every test has. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A command that runs it in turn, and becomes it. */
  readonly through?: readonly string[];
}

const LOOK_MS = 20;

/** Where PostgreSQL's programs are, the newest; undefined where there are none. */
export function programs(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const [newest] = versions
    .filter((version) => existsSync(join(DEBIAN, version, 'bin/initdb')))
    .sort((one, other) => Number(other) - Number(one));
  return newest === undefined ? undefined : join(DEBIAN, newest, 'bin');
}

export const MISSING =
  "Debian's package postgresql is missing: apt-get install --no-install-recommends postgresql";

export class PostgresServer {
  readonly #dir: string;
  #process: ChildProcess | undefined;

  readonly #order: PostgresOrder;

  private constructor(dir: string, order: PostgresOrder) {
    this.#dir = dir;
    this.#order = order;
  }

  /** Of the server and of those that it works through. */
  get pids(): number[] {
    const { pid } = this.#process ?? {};
    return pid === undefined ? [] : [pid, ...childrenOf(pid)];
  }

  /** One that somebody else has started in that folder. */
  static urlAt(dir: string, database: string): string {
    return `postgres://${USER}@/${database}?host=${encodeURIComponent(dir)}`;
  }

  /** Ends the one that was started in that folder by whomever, if one was. */
  static async endAt(dir: string): Promise<void> {
    const file = join(dir, 'data/postmaster.pid');
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGQUIT');
    for (let waited = 0; existsSync(`/proc/${pid}`) && waited < ENDS_MS; waited += LOOK_MS)
      await pause(LOOK_MS);
  }

  /**
   * In a folder of its own, or in `dir`, which is there and empty.
   * @throws where PostgreSQL is not there, or does not start
   */
  static async start(
    dir = mkdtempSync(join(tmpdir(), 'hq-pg-')),
    order: PostgresOrder = {},
  ): Promise<PostgresServer> {
    if (as.uid !== undefined) chownSync(dir, as.uid, as.gid);
    const server = new PostgresServer(dir, order);
    const init = ['-D', server.#data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await promisify(execFile)(program('initdb'), init, { ...as, cwd: dir });
    await server.begin();
    return server;
  }

  /** Again after it was killed. */
  async begin(): Promise<void> {
    const settings = {
      listen_addresses: '',
      unix_socket_directories: this.#dir,
      max_connections: '60',
      jit: 'off',
      ...QUICK,
      ...this.#order.settings,
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = [...(this.#order.through ?? []), program('postgres'), '-D', this.#data, ...options];
    const child = spawn(command[0] ?? '', command.slice(1), {
      ...as,
      cwd: this.#dir,
      stdio: ['ignore', 'ignore', 'pipe'],
      // What ends a run of tests by a signal to all of it leaves this to whoever started it.
      detached: true,
    });
    this.#process = child;
    await ready(child);
  }

  /** For the setting that names the database. */
  url(database: string): string {
    return PostgresServer.urlAt(this.#dir, database);
  }

  /** It goes on when this process ends: somebody else ends it. */
  leave(): void {
    this.#process?.stderr?.destroy();
    this.#process?.unref();
  }

  /** It neither answers nor goes away, as behind a line that is cut: every process of it is stopped. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  /** As by a power cut of its machine: nobody is told. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    // At once, without a checkpoint; its children go with it.
    child.kill('SIGQUIT');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#dir, 'data');
  }

  #signal(signal: NodeJS.Signals): void {
    for (const each of this.pids) process.kill(each, signal);
  }
}

function program(name: string): string {
  const dir = programs();
  if (dir === undefined) throw new Error(MISSING);
  return join(dir, name);
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** Until it says that it takes connections. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
      if (said.includes('database system is ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
}
