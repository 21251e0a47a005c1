/** For tests: headquarters as it ships, on ports of the system's choosing, with boxes that speak real MQTT over TLS. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { leaves, topicOf, topics, type Leaf, type Payload } from '@branchline/contracts/topics';
import { ManualClock, systemClock, type Clock } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import { silentLog } from '@branchline/runtime/log';
import { Waits } from '@branchline/runtime/wait';
import { newKeyPair, privateKeyPem, SIGNING, x509 } from '@branchline/runtime/web/x509';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { OutsideBroker } from '../tests/network/mosquitto.ts';
import { makeHeadquarters, type Headquarters } from './app.ts';
import { openAuthority } from './enrolment/authority.ts';
import { enrol } from './enrolment/enrol.ts';
import { readSettings, type Settings } from './settings.ts';
import { Boxes } from './store/boxes.ts';
import type { Database } from './store/database.ts';
import { Identities } from './store/identities.ts';
import { openDatabaseOf, storePaths } from './store/open.ts';

export const TENANT = 'acme';
export const EPOCH = '00000000000000aa';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

export class Bed {
  readonly dir = mkdtempSync(join(tmpdir(), 'hq-'));
  password = '';
  #headquarters: Headquarters | undefined;
  #parts: Part[] = [];
  readonly #clients: MqttClient[] = [];
  #more: Readonly<Record<string, string>>;
  #outside: OutsideBroker | undefined;
  readonly #clock: Clock;

  /** `more`: settings beyond those that every bed has, by their variables. */
  constructor(more: Readonly<Record<string, string>> = {}, clock: Clock = systemClock) {
    this.#more = more;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    await this.#chooseDatabase();
    await this.#chooseBroker();
    this.#headquarters = await makeHeadquarters({
      settings: this.#settings(),
      clock: this.#clock,
      random: Math.random,
      log: silentLog,
      version: 'test',
      firstPassword: (password) => (this.password = password),
      checkAnswers: true,
    });
    for (const part of this.#headquarters.parts) {
      await part.start();
      this.#parts.push(part);
    }
  }

  /** Another controller of the same fleet, once this one has been started: at its database and its broker, with its authority. */
  beside(): Bed {
    const other = new Bed(this.#more);
    // People are the same ones.
    other.password = this.password;
    cpSync(storePaths(this.dir).identity, storePaths(other.dir).identity, { recursive: true });
    return other;
  }

  /** Beside the service; whoever opens it closes it. */
  database(): Promise<Database> {
    return openDatabaseOf(this.#settings(), silentLog);
  }

  /** What a process of headquarters on the same data is given, once the bed has been used. */
  get variables(): Readonly<Record<string, string>> {
    return {
      BRANCHLINE_HQ_DATA_DIR: this.dir,
      BRANCHLINE_HQ_HTTP_LISTEN: '127.0.0.1:0',
      BRANCHLINE_HQ_MQTT_LISTEN: '127.0.0.1:0',
      BRANCHLINE_HQ_PAGES_LISTEN: '127.0.0.1:0',
      BRANCHLINE_HQ_RELEASES_LISTEN: '127.0.0.1:0',
      BRANCHLINE_HQ_VISIT_PORT_FIRST: '0',
      BRANCHLINE_HQ_TENANT: TENANT,
      ...this.#more,
    };
  }

  #settings(): Settings {
    return readSettings(this.variables);
  }

  /** In the runs that are to prove the same of PostgreSQL, a database there with nothing in it. */
  async #chooseDatabase(): Promise<void> {
    const variable = 'BRANCHLINE_HQ_DATABASE_URL';
    // eslint-disable-next-line no-restricted-properties -- on which database a run of tests is, is no setting of the service
    if (process.env['BRANCHLINE_TEST_DATABASE'] !== 'postgres' || this.#more[variable] !== undefined) return;
    const { freshPostgres } = await import('./store/testing/databases.ts');
    this.#more = { ...this.#more, [variable]: await freshPostgres() };
  }

  /** In the runs that are to prove the same of a broker outside, a Mosquitto that trusts the same authority. */
  async #chooseBroker(): Promise<void> {
    // eslint-disable-next-line no-restricted-properties -- at which broker a run of tests is, is no setting of the service
    const isAsked = process.env['BRANCHLINE_TEST_BROKER'] === 'mosquitto';
    if (isAsked && this.#more['BRANCHLINE_HQ_BROKER_URL'] === undefined) await this.useMosquitto();
  }

  /** Before the first start: a broker outside, which outlives the service. */
  async useMosquitto(): Promise<OutsideBroker> {
    if (this.#outside) return this.#outside;
    const { OutsideBroker, ourMosquitto } = await import('../tests/network/mosquitto.ts');
    const outside = new OutsideBroker(TENANT, storePaths(this.dir).identity);
    await outside.start(ourMosquitto());
    const group = join(this.dir, 'group');
    writeFileSync(group, randomBytes(32).toString('hex'), { mode: 0o600 });
    this.#more = {
      ...this.#more,
      BRANCHLINE_HQ_BROKER_URL: outside.controllersUrl,
      BRANCHLINE_HQ_BROKER_FOR_BOXES: `127.0.0.1:${outside.port}`,
      BRANCHLINE_HQ_BROKER_GROUP_FILE: group,
    };
    this.#outside = outside;
    return outside;
  }

  /** Where this bed has one. */
  get outside(): OutsideBroker | undefined {
    return this.#outside;
  }

  async stop(): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) await part.stop();
  }

  async end(): Promise<void> {
    for (const client of this.#clients) client.end(true);
    await this.stop();
    await this.#outside?.end();
    rmSync(this.dir, { recursive: true });
  }

  get headquarters(): Headquarters {
    if (!this.#headquarters) throw new Error('the bed has not been started');
    return this.#headquarters;
  }

  /** A box's certificate, as enrolment gives it: now, or as it did then (ms since 1970). */
  async enrol(box: string, issuedAt = Date.now()): Promise<Certificate> {
    await this.#chooseDatabase();
    const paths = storePaths(this.dir);
    const authority = await openAuthority(paths.identity, TENANT, new ManualClock(issuedAt));
    const keys = await newKeyPair();
    const csr = await requestOf(keys, box);
    const enrolled = await enrol(authority, { tenant: TENANT, box, csr });
    const db = await this.database();
    const given = { ...enrolled, how: 'by-hand', by: 'test', hardware: null, issuedAt } as const;
    await new Identities(db, new Boxes(db)).given(box, given);
    await db.close();
    return { cert: enrolled.cert, key: await privateKeyPem(keys.privateKey), ca: authority.cert };
  }

  /** The client's own first words on the line: connected, or the error that ended it. */
  connect(certificate: Partial<Certificate>, options: IClientOptions): Promise<MqttClient> {
    const client = mqtt.connect(`mqtts://127.0.0.1:${this.headquarters.where().mqttPort}`, {
      ...certificate,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: 5_000,
      ...options,
    });
    this.#clients.push(client);
    return new Promise((resolve, reject) => {
      client.once('connect', () => resolve(client));
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed before it was connected')));
    });
  }

  async box(name: string, certificate?: Certificate): Promise<TestBox> {
    const client = await this.connect(certificate ?? (await this.enrol(name)), { clientId: name });
    const box = new TestBox(name, client);
    await box.listen();
    return box;
  }

  async api(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.headquarters.where().url + path, init);
  }

  async signIn(
    as: { name?: string; password: string } = { password: this.password },
  ): Promise<{ cookie: string }> {
    const answer = await this.api('/api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(as),
    });
    return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
  }
}

export async function requestOf(keys: Awaited<ReturnType<typeof newKeyPair>>, name: string): Promise<string> {
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: SIGNING,
  });
  return request.toString('pem');
}

/** A box on the wire: publishes by the contract, remembers what it is told. */
export class TestBox {
  readonly name: string;
  readonly client: MqttClient;
  readonly #said: { leaf: string; payload: unknown }[] = [];
  readonly #waits = new Waits<{ leaf: string; payload: unknown }>(systemClock);

  constructor(name: string, client: MqttClient) {
    this.name = name;
    this.client = client;
    client.on('message', (topic, bytes) => {
      const said = { leaf: topic.split('/').at(-1) ?? '', payload: JSON.parse(bytes.toString()) as unknown };
      this.#said.push(said);
      this.#waits.offer(said);
    });
  }

  async listen(): Promise<void> {
    const down = leaves.filter((leaf) => topics[leaf].direction === 'down');
    await this.client.subscribeAsync(
      down.map((leaf) => topicOf(TENANT, this.name, leaf)),
      { qos: 1 },
    );
  }

  async tell<L extends Leaf>(leaf: L, payload: Payload<L> | string, retain = false): Promise<void> {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    await this.client.publishAsync(topicOf(TENANT, this.name, leaf), text, { qos: 1, retain });
  }

  frame(events: readonly LedgerEvent[], epoch = EPOCH, newest?: number): Promise<void> {
    const last = newest ?? Math.max(...events.map((event) => event.seq));
    return this.tell('ledger', { v: 1, epoch, events: [...events], newest: last });
  }

  /** What it was told on that leaf so far. */
  all<L extends Leaf>(leaf: L): Payload<L>[] {
    return this.#said.filter((said) => said.leaf === leaf).map(({ payload }) => payload as Payload<L>);
  }

  /** Resolves with the first word on that leaf that fits, said already or within 5 s. */
  async told<L extends Leaf>(leaf: L, fits: (payload: Payload<L>) => boolean): Promise<Payload<L>> {
    const matches = (said: { leaf: string; payload: unknown }): boolean =>
      said.leaf === leaf && fits(said.payload as Payload<L>);
    const already = this.#said.find(matches);
    const said = already ?? (await this.#waits.until(leaf, matches, 5_000));
    return said.payload as Payload<L>;
  }
}

const AT = Date.UTC(2026, 0, 5, 2);

/** A call in three events: offered, answered, ended, numbered from `seq`. */
export function callEvents(call: string, seq: number): LedgerEvent[] {
  const event = (n: number, type: string, body: Record<string, unknown>): LedgerEvent => ({
    seq: seq + n,
    at: new Date(AT + (seq + n) * 1000).toISOString(),
    call,
    type,
    body,
  });
  const agent = { kind: 'agent', id: 'li-na', via: 'desk-1' };
  return [
    event(0, 'call.offered', {
      direction: 'in',
      from: { kind: 'caller', id: '013912345678' },
      dialled: '057112345678',
      trunk: 'e1-a',
    }),
    event(1, 'call.answered', { leg: 'l1', by: agent, queue: 'sales', waitedMs: 900 }),
    event(2, 'call.ended', {
      outcome: 'answered',
      endedBy: 'caller',
      phase: 'talking',
      talkMs: 1000,
      totalMs: 2000,
      recorded: { kept: true, recording: `r-${call}` },
    }),
  ];
}
