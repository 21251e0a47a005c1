/** Headquarters' runner on a real store, two keepers on real files, and between them the contract's bytes: clocks and wires are ours. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTIES, type Party } from '@branchline/contracts/continuity';
import { decode, type Leaf, type Payload } from '@branchline/contracts/topics';
import { LeaseRunner, type BranchLease, type CarrierAnswer } from '@branchline/controller/continuity/runner';
import { Boxes } from '@branchline/controller/store/boxes';
import type { Database } from '@branchline/controller/store/database';
import { Leases } from '@branchline/controller/store/leases';
import { openSqlite } from '@branchline/controller/store/open';
import { leaseFile } from '@branchline/firmware/continuity/kept-lease';
import { LeaseKeeper } from '@branchline/firmware/continuity/keeper';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const NAMES: Readonly<Record<Party, string>> = { box: 'hangzhou', 'stand-in': 'hangzhou-standin' };
const STEP_MS = 100;
/** What the carrier was asked before a start of headquarters may still happen for so long. */
const SETTLES_MS = 5_000;

interface WiredParty {
  readonly clock: ManualClock;
  readonly file: string;
  keeper: LeaseKeeper | undefined;
  wired: boolean;
  ready: boolean;
}

export class WiredWorld {
  readonly #dir = mkdtempSync(join(tmpdir(), 'lease-'));
  readonly #db: Database = openSqlite(':memory:');
  readonly #store = new Leases(this.#db, new Boxes(this.#db));
  readonly clock = new ManualClock();
  readonly parties: Readonly<Record<Party, WiredParty>>;
  readonly ownLine: boolean;
  runner: LeaseRunner | undefined;
  carrier: () => Promise<CarrierAnswer> = () => Promise.resolve('confirmed');
  /** Asked before each write of the store: throws, or ends headquarters. */
  beforePut: () => void = () => undefined;
  afterPut: () => void = () => undefined;
  routed: Party[] = [];
  puts = 0;
  readonly faults: string[] = [];
  #stored = 0;
  #newestActing = 0;
  #nonce = 0;

  constructor(ownLine = false) {
    this.ownLine = ownLine;
    const party = (name: Party, startMs: number): WiredParty => {
      const file = join(this.#dir, `${name}.json`);
      return { clock: new ManualClock(startMs), file, keeper: undefined, wired: true, ready: true };
    };
    this.parties = { box: party('box', 3_600_000), 'stand-in': party('stand-in', 0) };
  }

  async begin(): Promise<void> {
    for (const party of PARTIES) this.startParty(party);
    await this.startHeadquarters();
    await this.runner?.keep(NAMES.box, NAMES['stand-in']);
    await this.pass(SETTLES_MS + 1_000);
  }

  async end(): Promise<void> {
    await this.runner?.stop();
    for (const party of PARTIES) this.parties[party].keeper?.stop();
    await this.#db.close();
    rmSync(this.#dir, { recursive: true });
  }

  async startHeadquarters(): Promise<void> {
    const runner: LeaseRunner = new LeaseRunner({
      clock: this.clock,
      log: silentLog,
      store: { all: () => this.#store.all(), put: (lease) => this.#put(runner, lease) },
      tell: (name, told) => this.#down(runner, name, 'lease', told),
      renew: (name, answer) => this.#down(runner, name, 'lease-renewed', answer),
      route: (_box, to) => {
        this.routed.push(to);
        return this.carrier();
      },
      rulesOf: () => ({ ownLine: this.ownLine, carrierSettlesMs: SETTLES_MS }),
    });
    this.runner = runner;
    await runner.load();
    for (const party of PARTIES) this.#meet(party);
  }

  /** As by a power cut: what was on its way to the store or the wire is lost. */
  killHeadquarters(): void {
    const dead = this.runner;
    this.runner = undefined;
    void dead?.stop();
  }

  startParty(name: Party): void {
    const party = this.parties[name];
    party.keeper = new LeaseKeeper({
      clock: party.clock,
      log: silentLog,
      role: 'box',
      disk: leaseFile(party.file),
      ask: (question) => this.#up(name, 'lease-ask', question),
      say: (said) => this.#up(name, 'lease-says', said),
      nonce: () => (++this.#nonce).toString(16).padStart(16, '0'),
      ready: () => party.ready,
      changed: () => undefined,
    });
    if (name === 'box') party.keeper.ownLine(this.ownLine);
    this.#meet(name);
  }

  stopParty(name: Party): void {
    this.parties[name].keeper?.stop();
    this.parties[name].keeper = undefined;
    this.runner?.gone(NAMES[name]);
  }

  wire(name: Party, wired: boolean): void {
    this.parties[name].wired = wired;
    if (wired) this.#meet(name);
    else this.runner?.gone(NAMES[name]);
  }

  want(party: Party): void {
    this.runner?.want(NAMES.box, party);
  }

  tested(answered: boolean): void {
    this.runner?.tested(NAMES.box, answered, this.clock.monotonic());
  }

  /** Who may now: `box`, `stand-in`, both or none, for each of the rights. */
  who(right: 'answers' | 'acts'): Party[] {
    return PARTIES.filter((party) => this.parties[party].keeper?.rights()[right]);
  }

  async pass(ms: number, stepMs = STEP_MS): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(stepMs);
      for (const party of PARTIES) this.parties[party].clock.advance(stepMs);
      await this.#quiet();
      this.#look();
    }
  }

  async #quiet(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await this.runner?.settled();
      await Promise.resolve();
    }
  }

  #look(): void {
    if (this.who('acts').length > 1) this.faults.push('both act');
    for (const party of this.who('acts')) {
      const n = this.parties[party].keeper?.status()?.n ?? 0;
      if (n < this.#newestActing) this.faults.push(`acts under ${n}, after ${this.#newestActing}`);
      this.#newestActing = Math.max(this.#newestActing, n);
    }
  }

  async #put(of: LeaseRunner, lease: BranchLease): Promise<void> {
    this.puts++;
    this.beforePut();
    if (of !== this.runner) throw new Error('headquarters is dead');
    await this.#store.put(lease);
    this.#stored = lease.kept.lease.n;
    this.afterPut();
  }

  #meet(name: Party): void {
    const { keeper, wired } = this.parties[name];
    if (!keeper || !wired || !this.runner) return;
    this.runner.online(NAMES[name]);
    keeper.connected();
  }

  #down<L extends 'lease' | 'lease-renewed'>(
    from: LeaseRunner,
    name: string,
    leaf: L,
    said: Payload<L>,
  ): void {
    if (from !== this.runner) return;
    const party = PARTIES.find((each) => NAMES[each] === name);
    if (said.lease.n > this.#stored) this.faults.push(`told ${said.lease.n}, stored ${this.#stored}`);
    const { keeper, wired } = this.parties[party ?? 'box'];
    if (!wired || !keeper) return;
    if (leaf === 'lease') keeper.told(overTheWire('lease', said));
    else keeper.renewed(overTheWire('lease-renewed', said));
  }

  #up(name: Party, leaf: 'lease-ask' | 'lease-says', said: object): void {
    if (!this.parties[name].wired || !this.runner) return;
    if (leaf === 'lease-ask') this.runner.asks(NAMES[name], overTheWire(leaf, said));
    else this.runner.says(NAMES[name], overTheWire(leaf, said));
  }
}

function overTheWire<L extends Leaf>(leaf: L, said: object): Payload<L> {
  const heard = decode(leaf, Buffer.from(JSON.stringify(said)));
  if (!heard.ok) throw new Error(`${leaf}: ${heard.error}`);
  return heard.payload;
}
