/** What boxes say of themselves, kept over restarts and shown on the board. */
import { healthReport } from '@branchline/contracts/health';
import { reported as reportedSchema, type Payload } from '@branchline/contracts/topics';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { Turns } from '@branchline/runtime/turns';
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
  readonly #turns = new Turns();
  #timer: Timer | undefined;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
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
    this.#parts.board.change(box, { health: report });
    this.#unwritten.set(box, JSON.stringify(report));
    this.#timer ??= this.#parts.clock.after(WRITE_HEALTH_MS, () => this.#writeHealth());
  }

  /** Whether it is kept. */
  reported(box: string, said: Payload<'reported'>): Promise<boolean> {
    const at = this.#parts.clock.now();
    this.#parts.board.change(box, { reported: said, reportedAt: at, version: said.version });
    return this.#write('reported', box, () => this.#parts.boxes.reported(box, JSON.stringify(said), at));
  }

  async stop(): Promise<void> {
    if (this.#unwritten.size > 0) this.#writeHealth();
    this.#timer?.cancel();
    await this.#turns.idle();
  }

  #present(box: string, online: boolean, version: string | null): void {
    const { board, boxes, clock } = this.#parts;
    const known = board.of(box);
    if (known?.online === online && (version === null || known.version === version)) return;
    const since = known?.online === online ? known.since : clock.now();
    board.change(box, { online, since, version: version ?? known?.version ?? null });
    void this.#write('presence', box, () => boxes.present(box, online, version, since ?? clock.now()));
  }

  #writeHealth(): void {
    this.#timer = undefined;
    const reports = new Map(this.#unwritten);
    this.#unwritten.clear();
    void this.#write('health', '', () => this.#parts.boxes.health(reports));
  }

  /** A database that cannot be written costs what is kept for the next start, not what is shown now. Of one box in order. */
  #write(what: string, box: string, action: () => Promise<void>): Promise<boolean> {
    return this.#turns.take(box, async () => {
      try {
        await action();
        return true;
      } catch (error) {
        this.#parts.log.error({ err: error, what }, 'the registry could not be written');
        return false;
      }
    });
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
