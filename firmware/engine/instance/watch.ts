/**
 * Watches the engine from outside: it is well when it answers SIP and ARI, not when its process exists.
 * The judgement is a pure function; the watch asks, judges, and tells.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PID_FILE } from './layout.ts';
import { probeSip, type SipPlace } from './probe.ts';

export interface Answers {
  readonly sipMs: number | undefined;
  readonly ariMs: number | undefined;
}

export type Health =
  /** `since`: monotonic milliseconds of the first question. */
  | { readonly state: 'starting'; readonly since?: number }
  | { readonly state: 'answering'; readonly sipMs: number; readonly ariMs: number }
  /** `since`: monotonic milliseconds of the first question that was not answered. */
  | { readonly state: 'silent'; readonly since: number; readonly missing: readonly ('sip' | 'ari')[] };

/** Longer than the slowest box needs to start its engine. */
const STARTING_MS = 30_000;

/**
 * An engine that never answered is starting, for a time; one that did, or was `seen` by others, and no longer does is
 * silent from that moment on.
 */
export function judge(before: Health, answers: Answers, now: number, seen = false): Health {
  const { sipMs, ariMs } = answers;
  if (sipMs !== undefined && ariMs !== undefined) return { state: 'answering', sipMs, ariMs };
  if (before.state === 'starting' && !seen) {
    const since = before.since ?? now;
    if (now - since < STARTING_MS) return { state: 'starting', since };
  }
  const missing = [
    ...(sipMs === undefined ? (['sip'] as const) : []),
    ...(ariMs === undefined ? (['ari'] as const) : []),
  ];
  return { state: 'silent', since: before.state === 'silent' ? before.since : now, missing };
}

export interface WatchOptions {
  readonly sip: SipPlace;
  /** Rejects when ARI cannot be asked. */
  readonly pingAri: () => Promise<void>;
  /** Whether this engine has been heard of by others since this began: it is no longer starting then. */
  readonly seen: () => boolean;
  /** When the present engine was taken over, monotonic milliseconds: silence before that was another's. */
  readonly takenAt: () => number;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Silence on SIP after which the engine counts as hung, in milliseconds. */
  readonly hungAfterMs: number;
  readonly onHealth: (health: Health) => void;
  /**
   * Called when a silence grew too long, and again while it lasts: where it was not `ended`, as nobody found its process, soon; else not
   * before the next engine has had its time to start. A lost ARI alone is no reason: calls go on without it.
   */
  readonly onHung: (silentMs: number) => 'ended' | 'not-ended';
  readonly signal: AbortSignal;
}

/** Runs until the signal. `onHealth` hears every change of state. */
export async function watchEngine(options: WatchOptions): Promise<void> {
  let health: Health = { state: 'starting' };
  let notBefore = -Infinity;
  while (!options.signal.aborted) {
    if (health.state === 'silent' && health.since < options.takenAt()) health = { state: 'starting' };
    const asked = performance.now();
    const next = judge(health, await ask(options), asked, options.seen());
    if (next.state !== health.state) options.onHealth(next);
    health = next;
    const now = performance.now();
    const silentMs = silence(health, now);
    if (silentMs < options.hungAfterMs) notBefore = -Infinity;
    else if (now >= notBefore)
      notBefore = now + (options.onHung(silentMs) === 'ended' ? STARTING_MS : options.hungAfterMs);
    await sleep(options.everyMs, undefined, { signal: options.signal, ref: false }).catch(() => undefined);
  }
}

function silence(health: Health, now: number): number {
  return health.state === 'silent' && health.missing.includes('sip') ? now - health.since : 0;
}

async function ask({ sip, pingAri, timeoutMs }: WatchOptions): Promise<Answers> {
  const asked = performance.now();
  const ari = Promise.race([
    pingAri().then(
      () => performance.now() - asked,
      () => undefined,
    ),
    sleep(timeoutMs, undefined, { ref: false }),
  ]);
  const [sipMs, ariMs] = await Promise.all([probeSip(sip, timeoutMs), ari]);
  return { sipMs, ariMs };
}

/** The engine's process, from the file it writes; undefined when there is none, or the number is another program's by now. */
export function enginePid(runDirectory: string): number | undefined {
  const path = join(runDirectory, PID_FILE);
  if (!existsSync(path)) return undefined;
  const pid = Number(readFileSync(path, 'utf8').trim());
  const comm = `/proc/${pid}/comm`;
  return existsSync(comm) && readFileSync(comm, 'utf8').trim() === 'asterisk' ? pid : undefined;
}
