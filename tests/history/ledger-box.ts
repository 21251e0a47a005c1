/** A box as far as its history goes: the ledger on disk and the uplink as they ship; only the telephones are missing. */
import { EventEmitter, once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent, NewEvent } from '@branchline/contracts/ledger';
import { callEvents, TENANT, type Certificate } from '@branchline/controller/test-bed';
import { Ledger } from '@branchline/firmware/store/ledger';
import { openLedgerDatabase } from '@branchline/firmware/store/open';
import { DRAIN_TUNING } from '@branchline/firmware/uplink/drain-core';
import type { LedgerSource } from '@branchline/firmware/uplink/ports';
import { Uplink, type UplinkTuning } from '@branchline/firmware/uplink/uplink';
import { systemClock, type Clock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const TUNING: UplinkTuning = {
  drain: { ...DRAIN_TUNING, batchMs: 20, gapMs: 0, patienceMs: 1_000 },
  session: { firstRetryMs: 20, longestRetryMs: 200, provenMs: 1_000 },
};

/** Calls of a copy are named from here on: it does not live through what the first one does. */
const COPIED_CALLS = 1_000_000;

export class LedgerBox {
  readonly name: string;
  readonly dir = mkdtempSync(join(tmpdir(), 'history-'));
  readonly ledger: Ledger;
  readonly #db;
  readonly #told = new EventEmitter();
  #uplink: Uplink | undefined;
  #calls = 0;

  /** `copied`: its disk was copied from that of another box. */
  constructor(name: string, certificate: Certificate, copied?: LedgerBox) {
    this.name = name;
    if (copied) cpSync(copied.dir, this.dir, { recursive: true });
    this.#calls = copied ? COPIED_CALLS : 0;
    this.enrolled(certificate);
    this.#db = openLedgerDatabase(join(this.dir, 'ledger.db'));
    this.ledger = new Ledger(this.#db);
  }

  /** From its next connection on. */
  enrolled({ cert, key, ca }: Certificate): void {
    const identity = join(this.dir, 'identity');
    mkdirSync(identity, { mode: 0o700, recursive: true });
    writeFileSync(join(identity, 'box.key'), key, { mode: 0o600 });
    writeFileSync(join(identity, 'box.crt'), cert);
    writeFileSync(join(identity, 'ca.crt'), ca);
  }

  /** Whole calls, each followed by an event of no call; `at` is when the first began, ms since 1970. */
  calls(count: number, at = Date.UTC(2026, 0, 5, 2), everyMs = 60_000): void {
    const events: NewEvent[] = [];
    for (let index = 0; index < count; index++) {
      const began = at + index * everyMs;
      const call = `call-${++this.#calls}`;
      for (const [place, { type, body }] of callEvents(call, 1).entries())
        events.push({ type, call, at: began + place * 1_000, body } as NewEvent);
      const body = { who: '李娜', action: 'note', subject: `${index}` };
      events.push({ type: 'operator.action', at: began + 4_000, body });
    }
    this.append(events);
  }

  append(events: readonly NewEvent[]): readonly LedgerEvent[] {
    return this.ledger.append({ events, openCalls: {}, about: {} });
  }

  /** `changes`: a ledger that does not tell what it holds, for faults. */
  connect(port: number, changes: Partial<LedgerSource> = {}, clock: Clock = systemClock): void {
    const told = (): void => void this.#told.emit('acked');
    const { ledger } = this;
    const source: LedgerSource = {
      epoch: ledger.epoch,
      newest: () => ledger.newest(),
      unsent: (limit) => ledger.unsent(limit),
      range: (from, to, limit) => ledger.range(from, to, limit),
      acked: (upto) => {
        ledger.acked(upto);
        told();
      },
      blockDigest: (block) => ledger.blockDigest(block),
      keepBlockDigests: (digests) => ledger.keepBlockDigests(digests),
      onAppended: (listener) => ledger.onAppended(listener),
      ...changes,
    };
    this.#uplink = new Uplink({
      settings: {
        host: '127.0.0.1',
        port,
        tenant: TENANT,
        box: this.name,
        identityDir: join(this.dir, 'identity'),
      },
      clock,
      random: Math.random,
      log: silentLog,
      version: '0.3.0',
      ledger: source,
      alarms: { raise: () => undefined, clear: () => undefined },
      reported: () => ({ version: '0.3.0', revision: 'a'.repeat(64), document: { site: {} }, warnings: 0 }),
      tuning: TUNING,
    });
    this.#uplink.start();
  }

  /** Resolves when headquarters has said that everything is stored. */
  async settled(): Promise<void> {
    while (this.ledger.unsentCount() > 0)
      await once(this.#told, 'acked', { signal: AbortSignal.timeout(40_000) });
  }

  async disconnect(): Promise<void> {
    await this.#uplink?.stop();
    this.#uplink = undefined;
  }

  async end(): Promise<void> {
    await this.disconnect();
    this.#db.close();
    rmSync(this.dir, { recursive: true });
  }
}
