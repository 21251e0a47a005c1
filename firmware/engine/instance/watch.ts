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

/** What was heard up to now. */
export interface Listening {
  readonly health: Health;
  /** When the last question was over, monotonic milliseconds. */
  readonly heardAt: number;
  /** Of the present silence on SIP: so long nobody listened, as this process did not run. */
  readonly lateMs: number;
}

/** Timers are late by less on a machine that has time for them, ms. */
const LATE_MS = 250;
/** However slow the machine is, a hung engine is ended after so much more, ms. */
const MOST_LATE_MS = 60_000;

/**
 * A question that ended long after its time was not listened to: the answer may have lain there. On a machine that starves, the engine and
 * this process wait for the same processor, and an engine that is only slow must not be ended.
 */
export function listen(
  before: Listening,
  { answers, asked, heard, seen }: { answers: Answers; asked: number; heard: number; seen: boolean },
  { everyMs, timeoutMs }: Pick<WatchOptions, 'everyMs' | 'timeoutMs'>,
): Listening {
  const health = judge(before.health, answers, asked, seen);
  if (!isMute(health)) return { health, heardAt: heard, lateMs: 0 };
  const gap = isMute(before.health) ? Math.max(0, asked - before.heardAt - everyMs) : 0;
  const unheard = heard - asked - timeoutMs >= LATE_MS ? heard - asked : 0;
  return { health, heardAt: heard, lateMs: Math.min(MOST_LATE_MS, before.lateMs + gap + unheard) };
}

/** How long it was listened to an engine that said nothing on SIP. */
export const silenceOf = ({ health, heardAt, lateMs }: Listening): number =>
  isMute(health) ? heardAt - health.since - lateMs : 0;

const isMute = (health: Health): health is Extract<Health, { state: 'silent' }> =>
  health.state === 'silent' && health.missing.includes('sip');

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
  /** Silence on SIP that was listened to after which the engine counts as hung, in milliseconds. */
  readonly hungAfterMs: number;
  readonly onHealth: (health: Health) => void;
  /**
   * Called when a silence grew too long, and again while it lasts: where it was not `ended`, as nobody found its process, soon; else not
   * before the next engine has had its time to start. A lost ARI alone is no reason: calls go on without it.
   */
  readonly onHung: (silentMs: number) => 'ended' | 'not-ended';
  /**
   * It has answered on SIP for `hungAfterMs` and said nothing on ARI; again while it goes on. An engine that lets go of one connection while
   * the next one opens may leave that one mute for ever (res/stasis/app.c, app_update): another has to be opened.
   */
  readonly onMute: () => void;
  readonly signal: AbortSignal;
}

/** Runs until the signal. `onHealth` hears every change of state. */
export async function watchEngine(options: WatchOptions): Promise<void> {
  let listening: Listening = { health: { state: 'starting' }, heardAt: performance.now(), lateMs: 0 };
  let notBefore = -Infinity;
  let mute: number | undefined;
  while (!options.signal.aborted) {
    const { health } = listening;
    if (health.state === 'silent' && health.since < options.takenAt())
      listening = { ...listening, health: { state: 'starting' } };
    const was = listening.health.state;
    const asked = performance.now();
    const answers = await ask(options);
    const now = performance.now();
    listening = listen(listening, { answers, asked, heard: now, seen: options.seen() }, options);
    if (listening.health.state !== was) options.onHealth(listening.health);
    mute = answers.sipMs !== undefined && answers.ariMs === undefined ? (mute ?? asked) : undefined;
    if (mute !== undefined && now - mute >= options.hungAfterMs) {
      mute = undefined;
      options.onMute();
    }
    const silentMs = silenceOf(listening);
    if (silentMs < options.hungAfterMs) notBefore = -Infinity;
    else if (now >= notBefore)
      notBefore = now + (options.onHung(silentMs) === 'ended' ? STARTING_MS : options.hungAfterMs);
    await sleep(options.everyMs, undefined, { signal: options.signal, ref: false }).catch(() => undefined);
  }
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
