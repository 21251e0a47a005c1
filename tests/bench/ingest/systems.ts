/** What takes events in: headquarters as it ships, or mosquitto with a subscriber. Each begins empty, and each is killed. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { storePaths } from '@branchline/controller/store/open';
import { HQ_FLAGS } from '../rig/flags.ts';
import { freeTcpPort } from '@branchline/lab/tcp';
import { Programs, repository } from '../rig/programs.ts';
import type { Fleet, FleetOrder } from './fleet.ts';
import type { Identities } from './identities.ts';
import type { Mosquitto } from './mosquitto.ts';

export interface System {
  readonly programs: Programs;
  readonly port: number;
  readonly window: FleetOrder['window'];
  /** The process that writes to the disk. */
  readonly writer: string;
  /** Gives the fleet what it needs to go on. */
  serve(fleet: Fleet): void;
  /** Events that whoever sent them may believe stored. */
  stored(fleet: Fleet): number;
  /** All at once, with SIGKILL. */
  kill(): Promise<void>;
  /** Events of each box in the database, which nobody has open any more. */
  rows(): ReadonlyMap<string, number>;
}

const START_MS = 20_000;

export async function startOurs(dir: string, identities: Identities): Promise<System> {
  const paths = storePaths(dir);
  cpSync(identities.dir, paths.identity, { recursive: true });
  const programs = new Programs(join(dir, 'logs'));
  const [page, port] = await Promise.all([freeTcpPort(), freeTcpPort()]);
  const env = {
    BRANCHLINE_HQ_DATA_DIR: dir,
    BRANCHLINE_HQ_HTTP_LISTEN: `127.0.0.1:${page}`,
    BRANCHLINE_HQ_MQTT_LISTEN: `127.0.0.1:${port}`,
    BRANCHLINE_HQ_UI_DIR: join(repository, 'web-ui/dist'),
  };
  programs.start('hq', 'measured', { script: 'dist/controller/main.mjs', env, flags: HQ_FLAGS });
  await listening(port, programs, 'hq');
  return {
    programs,
    port,
    window: 'acked',
    writer: 'hq',
    serve: () => undefined,
    stored: (fleet) => fleet.sum(({ acked }) => acked),
    kill: () => programs.stop('hq', 'SIGKILL'),
    rows: () =>
      rowsOf(
        paths.database,
        `select box.name as box, count(*) as rows from event
         join call on call.id = event.owner join box on box.id = call.box group by box.name`,
      ),
  };
}

export async function startPeer(
  dir: string,
  identities: Identities,
  mosquitto: Mosquitto,
  mode: 'naive' | 'gathered',
): Promise<System> {
  mkdirSync(dir, { recursive: true });
  const programs = new Programs(join(dir, 'logs'));
  const [port, inner] = await Promise.all([freeTcpPort(), freeTcpPort()]);
  const conf = join(dir, 'mosquitto.conf');
  writeFileSync(conf, mosquittoConf(port, inner, identities.dir));
  const env = { LD_LIBRARY_PATH: mosquitto.libraries };
  programs.run('mosquitto', 'measured', [mosquitto.file, '-c', conf], env);
  await listening(inner, programs, 'mosquitto');
  const database = join(dir, 'events.db');
  const script = 'tests/bench/ingest/subscriber.ts';
  const writer = programs.start('writer', 'measured', { script, args: [mode, String(inner), database] });
  let told = { messages: 0, events: 0 };
  let fleet: Fleet | undefined;
  const ready = new Promise<void>((resolve, reject) => {
    writer.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const [messages = 0, events = 0] = text.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
      told = { messages, events };
      fleet?.told(messages);
      resolve();
    });
    writer.once('exit', () => reject(new Error(`the subscriber ended: ${programs.lastWords('writer')}`)));
  });
  await ready;
  return {
    programs,
    port,
    window: 'told',
    writer: 'writer',
    serve: (served) => (fleet = served),
    stored: () => told.events,
    kill: async () => {
      await Promise.all(['mosquitto', 'writer'].map((name) => programs.stop(name, 'SIGKILL')));
    },
    rows: () => rowsOf(database, 'select box, count(*) as rows from event group by box'),
  };
}

/** Nothing is dropped, nothing waits, nothing but the queue in memory: mosquitto at its quickest. */
export function mosquittoConf(port: number, inner: number, identity: string): string {
  return [
    'per_listener_settings true',
    'user root',
    'persistence false',
    'log_type error',
    'max_queued_messages 0',
    'max_inflight_messages 0',
    'set_tcp_nodelay true',
    `listener ${port} 127.0.0.1`,
    `cafile ${join(identity, 'ca.crt')}`,
    `certfile ${join(identity, 'broker.crt')}`,
    `keyfile ${join(identity, 'broker.key')}`,
    'require_certificate true',
    'use_identity_as_username true',
    'allow_anonymous false',
    `listener ${inner} 127.0.0.1`,
    'allow_anonymous true',
    '',
  ].join('\n');
}

function rowsOf(path: string, query: string): ReadonlyMap<string, number> {
  const db = new Database(path);
  try {
    const rows = db.prepare<[], { box: string; rows: number }>(query).all();
    return new Map(rows.map(({ box, rows: count }) => [box, count]));
  } finally {
    db.close();
  }
}

export async function listening(port: number, programs: Programs, name: string): Promise<void> {
  const end = performance.now() + START_MS;
  while (!(await accepts(port))) {
    programs.pid(name);
    if (performance.now() > end) throw new Error(`${name} does not listen: ${programs.lastWords(name)}`);
    await pause(20);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
