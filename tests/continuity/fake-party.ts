/** A box or a stand-in by the contracts, on headquarters' real wire: it holds its lease as the firmware does, and has no calls but those that the test gives it. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Party } from '@branchline/contracts/continuity';
import type { HealthReport } from '@branchline/contracts/health';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { parseTopic, topicOf, type Leaf, type Payload } from '@branchline/contracts/topics';
import { TENANT, TestBox, type Bed, type Certificate } from '@branchline/controller/test-bed';
import { leaseFile } from '@branchline/firmware/continuity/kept-lease';
import { LeaseKeeper } from '@branchline/firmware/continuity/keeper';
import type { Clock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { MqttClient } from 'mqtt';

export interface FakePartyOrder {
  readonly bed: Bed;
  readonly name: string;
  readonly role: Party;
  readonly certificate: Certificate;
  /** By which its right to act ends. */
  readonly clock: Clock;
  /** What its own clock shows, ms since 1970. */
  readonly now: () => number;
  /** Who answers when it calls the branch from outside. */
  readonly call: (number: string) => Party | null;
}

const VERSION = '0.3.0';

export class FakeParty {
  readonly name: string;
  document: Record<string, unknown> | undefined;
  calls = 0;
  /** It takes the calls that reach it, whether headquarters hears it or not. */
  isAlive = false;
  readonly #order: FakePartyOrder;
  readonly #keeper: LeaseKeeper;
  /** Of its ledger. */
  readonly #epoch = randomBytes(8).toString('hex');
  #seq = 0;
  #line: TestBox | undefined;

  constructor(order: FakePartyOrder) {
    this.#order = order;
    this.name = order.name;
    this.#keeper = new LeaseKeeper({
      ...{ clock: order.clock, log: silentLog, role: order.role, ready: () => this.isThere },
      disk: leaseFile(join(order.bed.dir, `lease-of-${order.name}.json`)),
      ask: (question) => this.#say('lease-ask', question),
      say: (said) => this.#say('lease-says', said),
      nonce: () => randomBytes(8).toString('hex'),
      changed: () => undefined,
    });
  }

  get isThere(): boolean {
    return this.#line !== undefined;
  }

  /** What it may now. */
  rights() {
    return this.#keeper.rights();
  }

  knows(): number {
    return this.#keeper.status()?.n ?? 0;
  }

  /** Resolves with the first word on that leaf that fits, since it is there or within 5 s. */
  told<L extends Leaf>(leaf: L, fits: (payload: Payload<L>) => boolean): Promise<Payload<L>> {
    if (!this.#line) throw new Error(`${this.name} is not there`);
    return this.#line.told(leaf, fits);
  }

  async comes(): Promise<void> {
    const { bed, name, certificate } = this.#order;
    const payload = JSON.stringify(this.#presence('offline'));
    const will = { topic: topicOf(TENANT, name, 'presence'), payload, qos: 1, retain: true } as const;
    const client = await bed.connect(certificate, { clientId: name, will });
    const line = new TestBox(name, client);
    this.#line = line;
    this.isAlive = true;
    client.on('message', (topic, bytes) => this.#heard(client, topic, bytes));
    await line.listen();
    await line.tell('presence', this.#presence('online'), true);
    await this.reports();
    await this.health();
    this.#keeper.connected();
  }

  /** Without a word, as by a power cut. */
  dies(): void {
    this.isAlive = false;
    this.isCut();
  }

  /** Its line to headquarters alone. */
  isCut(): void {
    this.#line?.client.stream.destroy();
    this.#line = undefined;
  }

  end(): void {
    this.dies();
    this.#keeper.stop();
  }

  async reports(document = this.document): Promise<void> {
    this.document = document;
    if (document === undefined) return;
    const revision = createHash('sha256').update(JSON.stringify(document)).digest('hex');
    const desired = { seen: null, common: 0, state: 'none', at: null } as const;
    const said = {
      v: 1,
      version: VERSION,
      revision,
      document,
      warnings: 0,
      at: this.#at(),
      desired,
    } as const;
    await this.#line?.tell('reported', { ...said, hardware: { vendor: 'Acme', product: 'One' } }, true);
  }

  async health(): Promise<void> {
    await this.#line?.tell('health', healthOf(this.#at(), this.calls), true);
  }

  /** Into its ledger, and to headquarters if that is there. */
  async tells(events: readonly Omit<LedgerEvent, 'seq'>[]): Promise<void> {
    const numbered = events.map((event) => ({ ...event, seq: ++this.#seq }) as LedgerEvent);
    await this.#line?.frame(numbered, this.#epoch);
  }

  #heard(client: MqttClient, topic: string, bytes: Buffer): void {
    // What comes to a line that is dead is heard by nobody.
    if (client !== this.#line?.client) return;
    const said = JSON.parse(bytes.toString()) as unknown;
    switch (parseTopic(topic)?.leaf) {
      case 'lease':
        return this.#keeper.told(said as Payload<'lease'>);
      case 'lease-renewed':
        return this.#keeper.renewed(said as Payload<'lease-renewed'>);
      case 'branch-call': {
        const { nonce, number } = said as Payload<'branch-call'>;
        const by = this.#order.call(number);
        return this.#say('branch-called', { v: 1, nonce, placed: true, by, ms: by === null ? null : 100 });
      }
      default:
    }
  }

  #say<L extends 'lease-ask' | 'lease-says' | 'branch-called'>(leaf: L, said: Payload<L>): void {
    // What is on its way when the line dies is lost.
    this.#line?.tell(leaf, said).catch(() => undefined);
  }

  #presence(state: 'online' | 'offline'): Payload<'presence'> {
    return { v: 1, state, version: VERSION, at: this.#at() };
  }

  #at(): string {
    return new Date(this.#order.now()).toISOString();
  }
}

function healthOf(at: string, calls: number): HealthReport {
  return {
    ...{ v: 1, at, uptimeS: 1, disks: [], temperatureC: null, calls },
    cpu: { percent: 1, load1: 0, cores: 2 },
    memory: { totalMb: 2_048, usedPercent: 20, serviceMb: 90, engineMb: 60 },
    engine: { state: 'up', version: '22.10.1', since: at, optionsMs: 1 },
    phones: [{ name: 'desk-1', reachable: true, since: at }],
    trunks: [{ name: 'cloud', state: 'up', since: at, calls, channels: 30 }],
    uplink: { connected: true, since: at, outbox: 0 },
  };
}
