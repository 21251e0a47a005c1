/**
 * Server-sent events: a snapshot to each new reader, then the same changes to all. A reader too slow to keep up is let go;
 * it connects again and begins with a fresh snapshot, so nothing is lost by that.
 */
import type { Request, Response } from 'express';
import type { Clock, Timer } from '../clock.ts';
import { HttpProblem } from './problem.ts';

export interface EventStreamOptions {
  readonly clock: Clock;
  /** What a new reader is shown first. */
  readonly snapshot: () => unknown;
  /** Whether a reader may still look; asked at each heartbeat. For a session that is use: a wallboard is not idle. */
  readonly mayLook: (request: Request) => boolean;
  readonly heartbeatMs?: number;
  /** Bytes waiting for a reader beyond which it is let go; its snapshot, however large, is not counted. */
  readonly mostBufferedBytes?: number;
  readonly mostReaders?: number;
}

/** What one reader is shown of it all. */
export interface Shown {
  readonly snapshot: (whole: unknown) => unknown;
  readonly change: (data: unknown) => boolean;
}

interface Reader {
  readonly request: Request;
  readonly shown: Shown | undefined;
  /** Of its snapshot, until the last byte of it has left. */
  snapshotBytes: number;
}

const HEARTBEAT_MS = 15_000;
const MOST_BUFFERED_BYTES = 1024 * 1024;
const MOST_READERS = 200;
/** How long a browser waits before it connects again, ms. */
const RETRY_MS = 2_000;

export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #readers = new Map<Response, Reader>();
  #heartbeat: Timer | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Answers the request with the stream. */
  open(request: Request, response: Response, shown?: Shown): void {
    if (this.#readers.size >= (this.#options.mostReaders ?? MOST_READERS)) throw TOO_MANY_READERS;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    if (request.method === 'HEAD') return void response.end();
    response.once('close', () => this.#leave(response));
    response.on('error', () => this.#leave(response));
    const first = Buffer.from(
      `retry: ${RETRY_MS}\n\n${frame('snapshot', snapshotFor(this.#options.snapshot(), shown))}`,
    );
    const reader: Reader = { request, shown, snapshotBytes: first.length };
    this.#readers.set(response, reader);
    response.write(first, () => (reader.snapshotBytes = 0));
    this.#heartbeat ??= this.#nextHeartbeat();
  }

  /** Sends a change to every reader; serialised once. */
  change(data: unknown): void {
    if (this.#readers.size > 0) this.#send(frame('change', data), ({ shown }) => shown?.change(data) ?? true);
  }

  /** Ends every stream: the service stops. */
  close(): void {
    this.#heartbeat?.cancel();
    this.#heartbeat = undefined;
    for (const response of [...this.#readers.keys()]) response.end();
    this.#readers.clear();
  }

  #send(text: string, goesTo: (reader: Reader) => boolean = () => true): void {
    const most = this.#options.mostBufferedBytes ?? MOST_BUFFERED_BYTES;
    for (const [response, reader] of [...this.#readers]) {
      if (!goesTo(reader)) continue;
      response.write(text);
      if (response.writableLength - reader.snapshotBytes > most) response.destroy();
    }
  }

  #nextHeartbeat(): Timer {
    return this.#options.clock.after(this.#options.heartbeatMs ?? HEARTBEAT_MS, () => {
      for (const [response, { request }] of [...this.#readers]) {
        if (this.#options.mayLook(request)) continue;
        this.#leave(response);
        response.end();
      }
      this.#send(': still here\n\n');
      this.#heartbeat = this.#readers.size > 0 ? this.#nextHeartbeat() : undefined;
    });
  }

  #leave(response: Response): void {
    this.#readers.delete(response);
  }
}

const snapshotFor = (whole: unknown, shown: Shown | undefined): unknown =>
  shown ? shown.snapshot(whole) : whole;

const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const TOO_MANY_READERS = new HttpProblem(
  503,
  {
    code: 'too-many-readers',
    message: 'Too many pages are open on this service.',
    remedy: 'Close pages that nobody looks at.',
  },
  30,
);
