/** What boxes say of themselves, kept over restarts and shown on the board. */
import { healthReport } from '@branchline/contracts/health';
import { reported as reportedSchema, type Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { z } from 'zod';
import type { Alarms } from '../store/alarms.ts';
import type { Boxes, Presence } from '../store/boxes.ts';
import type { Calls } from '../store/calls.ts';
import type { Streams } from '../store/streams.ts';
import type { FleetBoard } from './board.ts';
import { Gathered } from './gathered.ts';

export interface RegistryParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly boxes: Boxes;
  readonly streams: Streams;
  readonly calls: Calls;
  readonly alarms: Alarms;
  readonly board: FleetBoard;
}

/** Health comes every half minute from every box and is worth little tomorrow: it is written so seldom, ms. */
const WRITE_HEALTH_MS = 60_000;
/** A box waits for the word that its report is kept; what is shown does not wait. */
const WRITE_REPORT_MS = 20;
const WRITE_PRESENCE_MS = 200;

export class Registry {
  readonly #parts: RegistryParts;
  readonly #health: Gathered<Payload<'health'>>;
  readonly #reported: Gathered<{ readonly said: Payload<'reported'>; readonly at: number }>;
  readonly #presence: Gathered<Presence>;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
    const { boxes } = parts;
    this.#health = this.#gathered(WRITE_HEALTH_MS, (newest) => boxes.health(newest));
    this.#reported = this.#gathered(WRITE_REPORT_MS, (newest) => boxes.reported(newest));
    this.#presence = this.#gathered(WRITE_PRESENCE_MS, (newest) => boxes.present(newest));
  }

  /** Puts on the board what is kept. Nobody is connected yet. */
  async load(): Promise<void> {
    const { boxes, streams, calls, alarms, board, clock } = this.#parts;
    await boxes.allOffline(clock.now());
    for (const row of await boxes.all()) {
      const { online, since, version, reportedAt } = row;
      const health = parsed(healthReport, row.health);
      board.change(row.name, {
        online,
        since,
        version,
        reportedAt,
        health,
        reported: parsed(reportedSchema, row.reported),
      });
    }
    const open = await alarms.open();
    for (const stream of await streams.current()) {
      board.change(stream.box, { stream, alarms: open.get(stream.id) ?? [] });
      for (const call of await calls.liveOf(stream.id)) board.call(stream.box, call);
    }
  }

  presence(box: string, said: Payload<'presence'>): void {
    this.#present(box, said.state === 'online', said.version);
  }

  /** The connection has ended: whatever the box said last, it is not there. */
  gone(box: string): void {
    this.#present(box, false, null);
  }

  health(box: string, report: Payload<'health'>): void {
    const { board, clock } = this.#parts;
    board.change(box, { health: report, aheadMs: Date.parse(report.at) - clock.now() });
    void this.#health.put(box, report);
  }

  /** Whether it is kept. */
  reported(box: string, said: Payload<'reported'>): Promise<boolean> {
    const at = this.#parts.clock.now();
    this.#parts.board.change(box, { reported: said, reportedAt: at, version: said.version });
    return this.#reported.put(box, { said, at });
  }

  async stop(): Promise<void> {
    await Promise.all([this.#health.flush(), this.#reported.flush(), this.#presence.flush()]);
  }

  #present(box: string, online: boolean, said: string | null): void {
    const { board, clock } = this.#parts;
    const known = board.of(box);
    if (known?.online === online && (said === null || known.version === said)) return;
    const since = (known?.online === online ? known.since : null) ?? clock.now();
    const version = said ?? known?.version ?? null;
    board.change(box, { online, since, version });
    void this.#presence.put(box, { online, since, version });
  }

  /** A database that cannot be written costs what is kept for the next start, not what is shown now. */
  #gathered<V>(waitMs: number, write: (newest: ReadonlyMap<string, V>) => Promise<void>): Gathered<V> {
    const { clock, log } = this.#parts;
    const failed = (error: unknown): void => log.error({ err: error }, 'the registry could not be written');
    return new Gathered({ clock, waitMs, write, failed });
  }
}

function parsed<S extends z.ZodType>(schema: S, text: string | null): z.output<S> | null {
  if (text === null) return null;
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
