/** Callers who measure: when did the branch's own greeting begin to be heard, from the first INVITE on. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DeskPhone } from '../phones/desk-phone.ts';
import type { CallEnd } from '../sip/call-end.ts';
import type { OutgoingCall } from '../sip/outgoing-call.ts';
import { beganBeforeEnd, type KnownSound } from './recognising.ts';

export interface GreetedCall {
  readonly from: string;
  readonly to: string;
  /** When the INVITE left, of this process's monotonic clock. */
  readonly atMs: number;
  /** From the INVITE to 200; undefined when nobody answered. */
  readonly answeredMs?: number;
  /** From the INVITE to the first sound of the greeting; undefined when it was not heard. */
  readonly greetedMs?: number;
  /** How the call ended, when it did before the caller wished so. */
  readonly end?: CallEnd;
  /** From the INVITE to that end. */
  readonly endedMs?: number;
}

export interface GreetedScript {
  readonly number: string;
  readonly greeting: KnownSound;
  /** How long the greeting is waited for in each call, from the INVITE on. */
  readonly patienceMs: number;
  /** How long the caller stays once it was greeted; for ever by default. */
  readonly staysMs?: number;
  /** How long a person takes to dial again, ms; 1000 by default. */
  readonly againAfterMs?: number;
}

/** Every 100 ms of sound are searched once: where the greeting's beginning may have come to stand since the last time. */
const STEP_MS = 120;

/** One call; never rejects. It is still up when `end` is missing and the caller was told to stay: hang up, or wait for its end. */
export async function callForGreeting(
  phone: DeskPhone,
  script: GreetedScript,
): Promise<{ readonly call: OutgoingCall; readonly report: GreetedCall }> {
  const atMs = performance.now();
  const since = (): number => performance.now() - atMs;
  const call = await phone.call(script.number);
  let answeredMs: number | undefined;
  let greetedMs: number | undefined;
  let endedMs: number | undefined;
  call.on('answered', () => (answeredMs = since()));
  call.on('ended', () => (endedMs = since()));
  const greeted = (): boolean => {
    const before = beganBeforeEnd(call.rtp.heard(script.greeting.neededMs + STEP_MS), script.greeting);
    if (before === undefined) return false;
    greetedMs = since() - before;
    return true;
  };
  await call.rtp.waitFor('audio', { withinMs: script.patienceMs, where: greeted }).catch(() => undefined);
  return {
    call,
    report: {
      ...{ from: phone.extension, to: script.number, atMs },
      ...(answeredMs === undefined ? {} : { answeredMs }),
      ...(greetedMs === undefined ? {} : { greetedMs }),
      ...(endedMs === undefined || !call.ending ? {} : { endedMs, end: call.ending }),
    },
  };
}

/**
 * Calls until told to stop, and calls again when a call has ended without the caller's doing. Every call is reported, once when it is
 * greeted or given up, and again with its end when it ends of itself after that.
 */
export async function keepCalling(
  phone: DeskPhone,
  script: GreetedScript,
  stop: AbortSignal,
  tell: (report: GreetedCall) => void,
): Promise<void> {
  while (!stop.aborted) {
    const { call, report } = await callForGreeting(phone, script);
    tell(report);
    const staysMs = report.greetedMs === undefined ? 0 : (script.staysMs ?? MOST_MS);
    const end = report.end ?? (await endedWithin(call, staysMs, stop));
    if (!end) await call.hangup().catch(() => undefined);
    else if (!report.end) tell({ ...report, end, endedMs: performance.now() - report.atMs });
    await pause(script.againAfterMs ?? AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** How the call ended by itself; undefined when the time was over, or it was to stop, before. */
async function endedWithin(call: OutgoingCall, ms: number, stop: AbortSignal): Promise<CallEnd | undefined> {
  let stopped = (): void => undefined;
  const told = new Promise<undefined>((resolve) => {
    stopped = () => resolve(undefined);
    stop.addEventListener('abort', stopped, { once: true });
    if (stop.aborted) stopped();
  });
  try {
    return await Promise.race([call.whenEnded(ms).catch(() => undefined), told]);
  } finally {
    stop.removeEventListener('abort', stopped);
  }
}

const AGAIN_MS = 1_000;

/** The longest that a timer can wait (2^31 - 1 ms). */
const MOST_MS = 2_147_483_647;
