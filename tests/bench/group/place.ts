/** Headquarters as one process with all inside, or as controllers of one group around Mosquitto and PostgreSQL. Each begins empty. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { writeBrokerFiles } from '@branchline/controller/broker/broker-files';
import { openAuthority } from '@branchline/controller/enrolment/authority';
import type { Database } from '@branchline/controller/store/database';
import { openDatabaseOf, storePaths } from '@branchline/controller/store/open';
import { PostgresDatabase } from '@branchline/controller/store/postgres-database';
import { PostgresServer } from '@branchline/controller/store/testing/postgres-server';
import { freeTcpPort } from '@branchline/lab/tcp';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { Door } from '../../bed/door.ts';
import type { Mosquitto } from '../ingest/mosquitto.ts';
import { TENANT } from '../ingest/identities.ts';
import { listening } from '../ingest/systems.ts';
import { onCore } from '../rig/cores.ts';
import { HQ_FLAGS } from '../rig/flags.ts';
import { cpuMs, familyCpuMs, memoryMb } from '../rig/proc.ts';
import { Programs, repository, runScript, type Env } from '../rig/programs.ts';
import type { Arm } from './arms.ts';

const CONTROLLERS: Readonly<Record<Arm, number>> = { embedded: 1, one: 1, two: 2 };
const READY_MS = 20_000;

/** What each has used of a core since it began, ms. */
export interface Used {
  readonly controllers: readonly number[];
  readonly broker: number;
  readonly database: number;
}

export interface PlaceOrder {
  readonly dir: string;
  readonly identityDir: string;
  readonly mosquitto: Mosquitto;
  readonly postgres: PostgresServer;
}

/** One server for all runs, as safe as it comes: what it calls stored survives a power cut. */
export const durablePostgres = (): Promise<PostgresServer> =>
  PostgresServer.start(undefined, {
    settings: { fsync: 'on', full_page_writes: 'on', shared_buffers: '128MB', autovacuum: 'on' },
    through: onCore('measured', []).filter((word) => word !== ''),
  });

export class Place {
  readonly programs: Programs;
  readonly controllers: readonly string[];
  /** Where the boxes go. */
  port = 0;
  readonly #order: PlaceOrder;
  readonly #arm: Arm;
  #env: Env = {};
  #databaseUrl: string | undefined;
  /** What the server had used before this run. */
  #before = 0;
  #doors: Door[] = [];
  #password: string | undefined;

  private constructor(arm: Arm, order: PlaceOrder) {
    mkdirSync(order.dir, { recursive: true });
    this.programs = new Programs(join(order.dir, 'logs'));
    this.controllers = Array.from({ length: CONTROLLERS[arm] }, (_, index) => `hq-${index + 1}`);
    this.#order = order;
    this.#arm = arm;
  }

  static async start(arm: Arm, order: PlaceOrder): Promise<Place> {
    const place = new Place(arm, order);
    try {
      if (arm !== 'embedded') await place.#surround();
      // One after the other: the first one leads.
      for (const name of place.controllers) await place.#startController(name);
      return place;
    } catch (error) {
      const words = place.controllers.map((name) => place.programs.lastWords(name));
      await place.programs.stopAll();
      throw new Error(`the controllers did not start: ${words.join('\n')}`, { cause: error });
    }
  }

  /** To the controller that leads. */
  get door(): Door {
    const [first] = this.#doors;
    if (!first) throw new Error('no controller has been started');
    return first;
  }

  used(): Used {
    const pids = this.#arm === 'embedded' ? [] : this.#order.postgres.pids;
    const server = pids.reduce((sum, pid, at) => sum + (at === 0 ? familyCpuMs(pid) : cpuMs(pid)), 0);
    return {
      controllers: this.controllers.map((name) => cpuMs(this.programs.pid(name))),
      broker: this.#arm === 'embedded' ? 0 : cpuMs(this.programs.pid('mosquitto')),
      database: server - this.#before,
    };
  }

  cpuMs(): number {
    const { controllers, broker, database } = this.used();
    return controllers.reduce((sum, ms) => sum + ms, 0) + broker + database;
  }

  rssMb(): number[] {
    return this.controllers.map((name) => memoryMb(this.programs.pid(name)).rss);
  }

  /** All controllers at once, with SIGKILL. */
  async kill(): Promise<void> {
    await Promise.all(this.controllers.map((name) => this.programs.stop(name, 'SIGKILL')));
  }

  /** Once nobody writes to it any more; whoever opens it closes it. */
  database(): Promise<Database> {
    const dataDir = this.#dataDir('hq-1');
    return openDatabaseOf(
      {
        ...{ dataDir, databaseUrl: this.#databaseUrl, databasePasswordFile: undefined },
        databaseAnswersWithinMs: READY_MS,
      },
      silentLog,
    );
  }

  #dataDir(name: string): string {
    return join(this.#order.dir, name);
  }

  /** The broker and the database of a group. */
  async #surround(): Promise<void> {
    const { dir, identityDir, mosquitto, postgres } = this.#order;
    const [boxes, controllers] = await Promise.all([freeTcpPort(), freeTcpPort()]);
    const brokerDir = join(dir, 'broker');
    const address = '127.0.0.1';
    await writeBrokerFiles(
      await openAuthority(identityDir, TENANT, systemClock),
      {
        ...{ kind: 'mosquitto', dir: brokerDir, at: brokerDir, tenant: TENANT, user: userInfo().username },
        ...{ names: [address, 'localhost'], list: join(identityDir, 'revoked.crl') },
        ...{ boxes: { address, port: boxes }, controllers: { address, port: controllers } },
      },
      systemClock,
    );
    const conf = join(brokerDir, 'mosquitto.conf');
    const env = { LD_LIBRARY_PATH: mosquitto.libraries };
    this.programs.run('mosquitto', 'measured', [mosquitto.file, '-c', conf], env);
    await listening(controllers, this.programs, 'mosquitto');
    const name = `b${randomBytes(6).toString('hex')}`;
    const server = new PostgresDatabase({ connectionString: postgres.url('postgres') });
    await server.script(`create database ${name}`);
    await server.close();
    this.#databaseUrl = postgres.url(name);
    this.#before = postgres.pids.reduce(
      (sum, pid, at) => sum + (at === 0 ? familyCpuMs(pid) : cpuMs(pid)),
      0,
    );
    const group = join(dir, 'group');
    writeFileSync(group, randomBytes(32).toString('hex'), { mode: 0o600 });
    this.port = boxes;
    this.#env = {
      BRANCHLINE_HQ_DATABASE_URL: this.#databaseUrl,
      BRANCHLINE_HQ_BROKER_URL: `mqtts://${address}:${controllers}`,
      BRANCHLINE_HQ_BROKER_FOR_BOXES: `${address}:${boxes}`,
      BRANCHLINE_HQ_BROKER_GROUP_FILE: group,
    };
  }

  async #startController(name: string): Promise<void> {
    const [page, port, pages] = await Promise.all([freeTcpPort(), freeTcpPort(), freeTcpPort()]);
    const dataDir = this.#dataDir(name);
    cpSync(this.#order.identityDir, storePaths(dataDir).identity, { recursive: true });
    const env = {
      ...this.#env,
      BRANCHLINE_HQ_DATA_DIR: dataDir,
      BRANCHLINE_HQ_UI_DIR: join(repository, 'web-ui/dist'),
      BRANCHLINE_HQ_HTTP_LISTEN: `127.0.0.1:${page}`,
      BRANCHLINE_HQ_MQTT_LISTEN: `127.0.0.1:${port}`,
      BRANCHLINE_HQ_PAGES_LISTEN: `127.0.0.1:${pages}`,
      BRANCHLINE_HQ_VISIT_PORT_FIRST: '0',
    };
    if (this.#arm === 'embedded') this.port = port;
    // People are the same ones at every controller.
    this.#password ??= runScript('dist/controller/access/main.mjs', ['new-password'], env).trim();
    const door = new Door(`http://127.0.0.1:${page}`, this.#password);
    this.programs.start(name, 'measured', { script: 'dist/controller/main.mjs', env, flags: HQ_FLAGS });
    await listening(page, this.programs, name);
    await door.until('/api/ready', isReady, READY_MS);
    this.#doors.push(door);
  }
}

const isReady = (answer: unknown): boolean => {
  const { ready, broker } = answer as { ready?: boolean; broker?: string };
  return ready === true && broker !== 'away';
};
