/**
 * The ledger of the branch's stand-in, as headquarters sends it once the box is there: a copy beside the box's own, one database for each life of
 * the stand-in's, of which nothing is ever counted among the box's own events or told to headquarters again.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent, NewEvent } from '@branchline/contracts/ledger';
import type { StandInHistory as Told, StandInHistoryHas } from '@branchline/contracts/stand-in-wire';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Db } from '@branchline/runtime/sqlite';
import { History } from './history.ts';
import { eventOf, Ledger } from './ledger.ts';
import { openLedgerDatabase } from './open.ts';

interface Copy {
  readonly db: Db;
  readonly ledger: Ledger;
  readonly history: History;
}

export interface SoundInHistory {
  readonly epoch: string;
  readonly seq: number;
  readonly event: LedgerEvent;
  /** Somebody has deleted it there. */
  readonly deleted: boolean;
  /** When somebody has listened to it there, ms since 1970. */
  readonly heardAt?: number;
}

type SoundRow = Parameters<typeof eventOf>[0];

const NEXT_SOUND = `select seq, at, call, type, body from events
  where seq > ? and type in ('recording.ended', 'voicemail.left') order by seq limit 1`;
const DONE_WITH = `select seq, at, call, type, body from events
  where seq > ? and type in ('voicemail.heard', 'voicemail.deleted') and body ->> 'message' = ? order by seq`;

const COMES = `select 1 from events
  where seq > ? and type = 'recording.ended' and body ->> 'recording' = ? limit 1`;

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

  /** The next recording or message that it tells of, in its order, behind those that are settled. */
  nextSound(): SoundInHistory | undefined {
    for (const [epoch, { db }] of this.#copies) {
      const row = db.prepare<[number], SoundRow>(NEXT_SOUND).get(this.#settledUpTo(epoch));
      if (row) return { epoch, seq: row.seq, event: eventOf(row), ...this.#becameOf(db, row) };
    }
    return undefined;
  }

  /** A recording that it tells of, and that is not settled. */
  comes(recording: string): boolean {
    return [...this.#copies].some(([epoch, { db }]) =>
      db.prepare<[number, string]>(COMES).get(this.#settledUpTo(epoch), recording),
    );
  }

  /** It is here, or never will be. */
  soundSettled({ epoch, seq }: Pick<SoundInHistory, 'epoch' | 'seq'>): void {
    writeFileAtomic(this.#settledPath(epoch), JSON.stringify({ upto: seq }), 0o640);
  }

  #settledPath(epoch: string): string {
    return join(this.#dir, `${epoch}.sounds.json`);
  }

  /** What cannot be read is begun anew: what is here already is found so. */
  #settledUpTo(epoch: string): number {
    try {
      const { upto } = JSON.parse(readIfThere(this.#settledPath(epoch)) ?? '{}') as { upto?: number };
      return upto ?? 0;
    } catch {
      return 0;
    }
  }

  /** What was done at the stand-in with a message afterwards. */
  #becameOf(db: Db, { seq, body }: SoundRow): Pick<SoundInHistory, 'deleted' | 'heardAt'> {
    const { message } = JSON.parse(body) as { message?: string };
    if (message === undefined) return { deleted: false };
    const later = db.prepare<[number, string], SoundRow>(DONE_WITH).all(seq, message);
    const heard = later.find(({ type }) => type === 'voicemail.heard');
    return {
      deleted: later.some(({ type }) => type === 'voicemail.deleted'),
      ...(heard ? { heardAt: heard.at } : {}),
    };
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
