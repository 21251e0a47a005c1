/** What boxes say of themselves, kept over restarts and shown on the board. */
import { healthReport } from '@branchline/contracts/health';
import { reported as reportedSchema, type Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { z } from 'zod';
import type { Alarms } from '../store/alarms.ts';
import type { Boxes } from '../store/boxes.ts';
import type { Calls } from '../store/calls.ts';
import type { Streams } from '../store/streams.ts';
import type { FleetBoard } from './board.ts';

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

export class Registry {
  readonly #parts: RegistryParts;
  readonly #unwritten = new Map<string, string>();
  #timer: Timer | undefined;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  /** Puts on the board what is kept. Nobody is connected yet. */
  load(): void {
    const { boxes, streams, calls, alarms, board, clock } = this.#parts;
    boxes.allOffline(clock.now());
    for (const row of boxes.all()) {
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
    for (const stream of streams.current()) {
      board.change(stream.box, { stream, alarms: alarms.openOf(stream.id) });
      for (const call of calls.liveOf(stream.id)) board.call(stream.box, call);
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
    this.#parts.board.change(box, { health: report });
    this.#unwritten.set(box, JSON.stringify(report));
    this.#timer ??= this.#parts.clock.after(WRITE_HEALTH_MS, () => this.#writeHealth());
  }

  reported(box: string, said: Payload<'reported'>): void {
    const at = this.#parts.clock.now();
    this.#parts.board.change(box, { reported: said, reportedAt: at, version: said.version });
    this.#write('reported', () => this.#parts.boxes.reported(box, JSON.stringify(said), at));
  }

  stop(): void {
    if (this.#unwritten.size > 0) this.#writeHealth();
    this.#timer?.cancel();
  }

  #present(box: string, online: boolean, version: string | null): void {
    const { board, boxes, clock } = this.#parts;
    const known = board.of(box);
    if (known?.online === online && (version === null || known.version === version)) return;
    const since = known?.online === online ? known.since : clock.now();
    board.change(box, { online, since, version: version ?? known?.version ?? null });
    this.#write('presence', () => boxes.present(box, online, version, since ?? clock.now()));
  }

  #writeHealth(): void {
    this.#timer = undefined;
    const reports = new Map(this.#unwritten);
    this.#unwritten.clear();
    this.#write('health', () => this.#parts.boxes.health(reports));
  }

  /** A disk that cannot be written costs what is kept for the next start, not what is shown now. */
  #write(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#parts.log.error({ err: error, what }, 'the registry could not be written');
    }
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
