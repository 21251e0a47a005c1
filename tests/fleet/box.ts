/**
 * A simulated box by the real contract: it is there, tells how it is, takes the documents of headquarters in hand, tries them, stays or goes
 * back, and tells its ledger. What it has of telephony follows from the document in force, by a function that the test gives.
 */
import { createHash } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { DesiredState } from '@branchline/contracts/fleet/documents';
import type { HealthReport } from '@branchline/contracts/health';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { Leaf, Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import { readYaml } from '@branchline/runtime/yaml-text';
import { SimLine } from './line.ts';

/** Of a box under a document: what can be reached, and what becomes of the document when it is tried. */
export interface Manner {
  readonly takes: 'confirmed' | 'reverted' | 'refused';
  readonly phones: Readonly<Record<string, boolean>>;
  readonly trunks: Readonly<Record<string, 'up' | 'degraded' | 'down'>>;
}

export interface SimOrder {
  readonly name: string;
  readonly tenant: string;
  readonly port: () => number;
  readonly context: SecureContext;
  readonly clock: Clock;
  readonly source: string;
  readonly manner: (source: string) => Manner;
  /** What becomes of a release that it is to run; every one is good when left out. */
  readonly release?: (version: string) => 'done' | 'failed';
  readonly hardware: { readonly vendor: string; readonly product: string };
  /** Between two health reports; how long a document is tried. Ms. */
  readonly healthMs: number;
  readonly tryMs: number;
}

const VERSION = '0.2.0';
const EPOCH = '00000000000000f1';

export class FleetSimBox {
  readonly name: string;
  /** The document in force. */
  source: string;
  /** Versions in the order in which they came. */
  readonly asked: number[] = [];
  /** What it runs, and the releases that it was to run, in the order in which they came. */
  software = VERSION;
  readonly ordered: string[] = [];
  readonly #order: SimOrder;
  #line: SimLine | undefined;
  #desired: DesiredState = { seen: null, common: 0, state: 'none', at: null };
  #health: Timer | undefined;
  #trial: Timer | undefined;
  #seq = 0;

  constructor(order: SimOrder) {
    this.#order = order;
    this.name = order.name;
    this.source = order.source;
  }

  async connect(): Promise<void> {
    const { tenant, name: box, context } = this.#order;
    const port = this.#order.port();
    const heard = (leaf: Leaf, payload: unknown): void => this.#heard(leaf, payload);
    const presence = (state: string) => ({ v: 1, state, version: VERSION, at: this.#now() });
    this.#line = await SimLine.open({ tenant, box, port, context, heard, will: presence('offline') });
    this.#line.tell('presence', presence('online'));
    this.#report();
    this.#tellHealth();
  }

  /** As somebody who changes the document at the box itself: it shows as drift. */
  changeHere(source: string): void {
    this.source = source;
    this.#report();
  }

  /** As a box whose line is cut: nothing is said. */
  cut(): void {
    for (const timer of [this.#health, this.#trial]) timer?.cancel();
    this.#line?.close();
    this.#line = undefined;
  }

  /** Events of its ledger, numbered from the last ones on. */
  tell(events: readonly Omit<LedgerEvent, 'seq'>[]): void {
    const numbered = events.map((event) => ({ ...event, seq: ++this.#seq }) as LedgerEvent);
    if (numbered.length > 0)
      this.#line?.tell('ledger', { v: 1, epoch: EPOCH, events: numbered, newest: this.#seq });
  }

  #heard(leaf: Leaf, payload: unknown): void {
    if (leaf === 'desired') this.#take(payload as Payload<'desired'>);
    if (leaf === 'command') this.#run(payload as Payload<'command'>);
  }

  /** A release, as a box does it: it proves itself, or the one before runs again. */
  #run({ id, do: kind, with: { version } }: Payload<'command'>): void {
    if (kind !== 'release' || typeof version !== 'string') return;
    const said = (state: 'running' | 'done' | 'refused' | 'failed', because?: string): void =>
      this.#line?.tell('command-result', { v: 1, id, state, ...(because !== undefined && { because }) });
    this.ordered.push(version);
    if (version === this.software) return said('refused', 'running-already');
    said('running');
    const { clock, release, tryMs } = this.#order;
    this.#trial = clock.after(tryMs, () => {
      if (release?.(version) === 'failed') return said('failed', 'went-back');
      this.software = version;
      this.#report();
      said('done');
    });
  }

  #take({ version, revision, source }: Payload<'desired'>): void {
    const { seen, common } = this.#desired;
    if (seen?.version === version && seen.revision === revision) return this.#report();
    this.asked.push(version);
    const { clock, manner, tryMs } = this.#order;
    const { takes } = manner(source);
    const before = this.source;
    const next = { seen: { version, revision }, common };
    if (takes === 'refused') return this.#decide({ ...next, state: 'refused', at: this.#now() });
    this.source = source;
    this.#decide({ ...next, state: 'trying', at: this.#now() });
    this.#trial?.cancel();
    this.#trial = clock.after(tryMs, () => {
      if (takes === 'reverted') this.source = before;
      this.#decide({
        ...next,
        state: takes,
        common: takes === 'confirmed' ? version : common,
        at: this.#now(),
        ...(takes === 'reverted' && { because: 'phones-lost' as const }),
      });
    });
  }

  #decide(desired: DesiredState): void {
    this.#desired = desired;
    this.#report();
  }

  #report(): void {
    const read = readYaml(this.source);
    const payload: Payload<'reported'> = {
      v: 1,
      version: this.software,
      architecture: 'x64',
      revision: createHash('sha256').update(this.source).digest('hex'),
      document: read.ok ? (read.value as Record<string, unknown>) : {},
      warnings: 0,
      at: this.#now(),
      desired: this.#desired,
      hardware: this.#order.hardware,
    };
    this.#line?.tell('reported', payload);
  }

  #tellHealth(): void {
    const { clock, healthMs, manner } = this.#order;
    this.#line?.tell('health', healthOf(manner(this.source), this.#now()));
    this.#health = clock.after(healthMs, () => this.#tellHealth());
  }

  #now(): string {
    return new Date(this.#order.clock.now()).toISOString();
  }
}

function healthOf({ phones, trunks }: Manner, at: string): HealthReport {
  return {
    v: 1,
    at,
    uptimeS: 1,
    cpu: { percent: 1, load1: 0, cores: 2 },
    memory: { totalMb: 2_048, usedPercent: 20, serviceMb: 90, engineMb: 60 },
    disks: [],
    temperatureC: null,
    engine: { state: 'up', version: '22.10.1', since: at, optionsMs: 1 },
    phones: Object.entries(phones).map(([name, reachable]) => ({ name, reachable, since: at })),
    trunks: Object.entries(trunks).map(([name, state]) => ({
      name,
      state,
      since: at,
      calls: 0,
      channels: 4,
    })),
    uplink: { connected: true, since: at, outbox: 0 },
    calls: 0,
  };
}
