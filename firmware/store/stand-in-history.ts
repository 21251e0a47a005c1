/**
 * The ledger of the branch's stand-in, as headquarters sends it once the box is there: a copy beside the box's own, one database for each life of
 * the stand-in's, of which nothing is ever counted among the box's own events or told to headquarters again.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent, NewEvent } from '@branchline/contracts/ledger';
import type { StandInHistory as Told, StandInHistoryHas } from '@branchline/contracts/stand-in-wire';
import type { Db } from '@branchline/runtime/sqlite';
import { History } from './history.ts';
import { Ledger } from './ledger.ts';
import { openLedgerDatabase } from './open.ts';

interface Copy {
  readonly db: Db;
  readonly ledger: Ledger;
  readonly history: History;
}

const NAME = /^([0-9a-f]{16})\.db$/;

export class StandInHistory {
  readonly #dir: string;
  readonly #copies = new Map<string, Copy>();

  /** @param dir its own; made with the first that is told */
  constructor(dir: string) {
    this.#dir = dir;
    const files = existsSync(dir) ? readdirSync(dir) : [];
    for (const file of files) {
      const [, epoch] = NAME.exec(file) ?? [];
      if (epoch !== undefined) this.#open(epoch);
    }
  }

  /** @returns how far it is here now. @throws what the disk says: then nothing of it was taken */
  take({ epoch, events }: Told): StandInHistoryHas {
    if (events.length === 0 && !this.#copies.has(epoch)) return { v: 1, epoch, upto: 0 };
    const { ledger } = this.#copies.get(epoch) ?? this.#open(epoch);
    const next = nextOf(events, ledger.newest());
    if (next.length > 0)
      ledger.append({
        events: next.map(asWritten),
        openCalls: openIn(next),
        about: {},
      });
    return { v: 1, epoch, upto: ledger.newest() };
  }

  histories(): readonly History[] {
    return [...this.#copies.values()].map(({ history }) => history);
  }

  close(): void {
    for (const { db } of this.#copies.values()) db.close();
    this.#copies.clear();
  }

  #open(epoch: string): Copy {
    mkdirSync(this.#dir, { recursive: true, mode: 0o750 });
    const db = openLedgerDatabase(join(this.#dir, `${epoch}.db`));
    const ledger = new Ledger(db);
    const copy = { db, ledger, history: new History(db, ledger, () => undefined) };
    this.#copies.set(epoch, copy);
    return copy;
  }
}

/** What follows without a gap on what is here. */
function nextOf(events: readonly LedgerEvent[], newest: number): LedgerEvent[] {
  const next: LedgerEvent[] = [];
  for (const event of events) if (event.seq === newest + next.length + 1) next.push(event);
  return next;
}

/** A newer stand-in's event may be of a type that is not known here: it is kept as it is. */
const asWritten = ({ at, type, call, body }: LedgerEvent): NewEvent =>
  ({ at: Date.parse(at), type, body, ...(call === undefined ? {} : { call }) }) as unknown as NewEvent;

/** Calls that began here and have not ended are remembered, so that their end finds where they began. */
function openIn(events: readonly LedgerEvent[]): Record<string, unknown> {
  const open: Record<string, unknown> = {};
  for (const { call, type } of events) {
    if (call === undefined) continue;
    if (type === 'call.offered') open[call] = {};
    if (type === 'call.ended' || type === 'call.survived') open[call] = null;
  }
  return open;
}
