/** What a fleet connects to: headquarters as it ships, bare aedes, or mosquitto. Each begins empty. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storePaths } from '@branchline/controller/store/open';
import { freeTcpPort } from '@branchline/lab/tcp';
import { Door } from '../../bed/door.ts';
import type { Mosquitto } from '../ingest/mosquitto.ts';
import { listening, mosquittoConf } from '../ingest/systems.ts';
import { HQ_FLAGS } from '../rig/flags.ts';
import { cpuMs, memoryMb } from '../rig/proc.ts';
import { Programs, repository, runScript } from '../rig/programs.ts';

export interface Broker {
  readonly programs: Programs;
  readonly port: number;
  /** Of the broker alone, MB. */
  rssMb(): number;
  /** Of everything that is measured, ms. */
  cpuMs(): number;
  /** One message to each of so many boxes, of so many bytes. */
  fan(count: number, bytes: number): void;
}

abstract class OnCore {
  readonly programs: Programs;
  protected readonly main: string;

  constructor(dir: string, main: string) {
    mkdirSync(dir, { recursive: true });
    this.programs = new Programs(join(dir, 'logs'));
    this.main = main;
  }

  rssMb(): number {
    return memoryMb(this.programs.pid(this.main)).rss;
  }

  cpuMs(): number {
    return this.programs.pidsOn('measured').reduce((sum, pid) => sum + cpuMs(pid), 0);
  }
}

export class Headquarters extends OnCore {
  port = 0;
  readonly #env: Record<string, string>;
  #door: Door | undefined;

  constructor(dir: string, identityDir: string) {
    super(dir, 'hq');
    cpSync(identityDir, storePaths(dir).identity, { recursive: true });
    this.#env = {
      BRANCHLINE_HQ_DATA_DIR: dir,
      BRANCHLINE_HQ_UI_DIR: join(repository, 'web-ui/dist'),
    };
  }

  /** The door to its API. */
  get door(): Door {
    if (!this.#door) throw new Error('headquarters has not been started');
    return this.#door;
  }

  get database(): string {
    return storePaths(this.#env.BRANCHLINE_HQ_DATA_DIR ?? '').database;
  }

  /** At the first start it makes a password; at every other one it is on the same ports as before. */
  async start(flags: readonly string[] = []): Promise<void> {
    if (!this.#door) {
      const [page, port] = await Promise.all([freeTcpPort(), freeTcpPort()]);
      this.port = port;
      this.#env.BRANCHLINE_HQ_HTTP_LISTEN = `127.0.0.1:${page}`;
      this.#env.BRANCHLINE_HQ_MQTT_LISTEN = `127.0.0.1:${port}`;
      const password = runScript('dist/controller/access/main.mjs', ['new-password'], this.#env).trim();
      this.#door = new Door(`http://127.0.0.1:${page}`, password);
    }
    const script = 'dist/controller/main.mjs';
    this.programs.start('hq', 'measured', { script, env: this.#env, flags: [...HQ_FLAGS, ...flags] });
    await listening(this.port, this.programs, 'hq');
  }

  kill(): Promise<void> {
    return this.programs.stop('hq', 'SIGKILL');
  }
}

export class BareAedes extends OnCore implements Broker {
  readonly port: number;

  private constructor(dir: string, port: number) {
    super(dir, 'aedes');
    this.port = port;
  }

  static async start(dir: string, identityDir: string): Promise<BareAedes> {
    const broker = new BareAedes(dir, await freeTcpPort());
    const args = [String(broker.port), identityDir];
    broker.programs.start('aedes', 'measured', {
      script: 'tests/bench/fleet/bare-aedes.ts',
      args,
      listens: true,
    });
    await listening(broker.port, broker.programs, 'aedes');
    return broker;
  }

  fan(count: number, bytes: number): void {
    this.programs.tell('aedes', `fan ${count} ${bytes}`);
  }
}

export class BareMosquitto extends OnCore implements Broker {
  readonly port: number;

  private constructor(dir: string, port: number) {
    super(dir, 'mosquitto');
    this.port = port;
  }

  static async start(dir: string, identityDir: string, mosquitto: Mosquitto): Promise<BareMosquitto> {
    const [port, inner] = await Promise.all([freeTcpPort(), freeTcpPort()]);
    const broker = new BareMosquitto(dir, port);
    const conf = join(dir, 'mosquitto.conf');
    writeFileSync(conf, mosquittoConf(port, inner, identityDir));
    const env = { LD_LIBRARY_PATH: mosquitto.libraries };
    broker.programs.run('mosquitto', 'measured', [mosquitto.file, '-c', conf], env);
    await listening(inner, broker.programs, 'mosquitto');
    broker.programs.start('publisher', 'measured', {
      script: 'tests/bench/fleet/fan-publisher.ts',
      args: [String(inner)],
      listens: true,
    });
    return broker;
  }

  fan(count: number, bytes: number): void {
    this.programs.tell('publisher', `fan ${count} ${bytes}`);
  }
}
