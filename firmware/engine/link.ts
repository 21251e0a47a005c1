/** Keeps a connection to the engine for as long as it is wanted, through restarts of either side. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from './connect.ts';
import type { EngineAccess } from './instance/start.ts';
import type { Engine, EngineEvent } from './port.ts';

export interface LinkOptions {
  /** InstanceLayout.access: read again for each attempt, as every start of the engine makes another secret. */
  readonly accessFile: string;
  /** For connecting and for each command, in milliseconds. */
  readonly timeoutMs: number;
  /** Hears everything from 'connected' to 'lost', for each connection anew. */
  readonly onEvent: (event: EngineEvent) => void;
  /** Right after 'connected': commands go here until 'lost'. */
  readonly onEngine: (engine: Engine) => void;
  /** Each attempt that failed. */
  readonly onFailure: (reason: string) => void;
  readonly signal: AbortSignal;
  /** False for one who only looks. */
  readonly takes?: boolean;
}

/** On loopback, haste costs nothing: a firmware that comes back finds its callers waiting. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;

/** Returns when the signal is given, with the connection closed. */
export async function keepLinked(options: LinkOptions): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!options.signal.aborted) {
    try {
      await oneConnection(options);
      pause = FIRST_PAUSE_MS;
    } catch (error) {
      options.onFailure(error instanceof Error ? error.message : String(error));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
    await sleep(pause, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

async function oneConnection({
  accessFile,
  timeoutMs,
  onEvent,
  onEngine,
  signal,
  takes = true,
}: LinkOptions): Promise<void> {
  const access = JSON.parse(readFileSync(accessFile, 'utf8')) as EngineAccess;
  const ended = Promise.withResolvers<void>();
  const engine = await connectEngine({
    access,
    timeoutMs,
    takes,
    onEvent: (event) => {
      onEvent(event);
      if (event.type === 'lost') ended.resolve();
    },
  });
  const close = (): void => engine.close();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  else onEngine(engine);
  await ended.promise;
  signal.removeEventListener('abort', close);
}
