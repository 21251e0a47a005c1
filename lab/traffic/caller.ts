/** One call from outside, from dialling to the last word. */
import type { DeskPhone } from '../phones/desk-phone.ts';
import type { Call } from '../sip/call.ts';
import type { After } from '../timers.ts';
import { reportOf, type CallReport, type Fate } from './tally.ts';

/** What this caller means to do. */
export interface CallerScript {
  readonly number: string;
  /** What is pressed, and how long after the answer; none presses nothing. */
  readonly digit?: string;
  readonly digitAfterMs: number;
  readonly talkMs: number;
  readonly patienceMs: number;
  /** The tones of the people who may answer, in hertz. */
  readonly people: readonly number[];
}

/** Never rejects: what went wrong stands in the report. */
export async function makeCall(phone: DeskPhone, script: CallerScript, after: After): Promise<CallReport> {
  const began = performance.now();
  const call = await phone.call(script.number);
  let waitedMs: number | undefined;
  let fate: Fate;
  try {
    await call.answered(script.patienceMs);
    const stopPressing = pressLater(call, script, after);
    const left = Math.max(1, script.patienceMs - (performance.now() - began));
    try {
      await hearsSomebody(call, script.people, left);
    } finally {
      stopPressing();
    }
    waitedMs = Math.round(performance.now() - began);
    await callEndsOr(call, script.talkMs);
    fate = 'talked';
  } catch {
    fate = fateOf(call);
  }
  await call.hangup().catch(() => undefined);
  const base = {
    kind: 'incoming',
    from: phone.extension,
    to: script.number,
    fate,
    ...reportOf(call),
  } as const;
  return waitedMs === undefined ? base : { ...base, waitedMs };
}

function pressLater(call: Call, { digit, digitAfterMs }: CallerScript, after: After): () => void {
  if (digit === undefined) return () => undefined;
  return after(digitAfterMs, () => void call.sendDigits(digit).catch(() => undefined));
}

/** Greetings and music are no person; a person is a tone. */
async function hearsSomebody(call: Call, people: readonly number[], withinMs: number): Promise<void> {
  const somebody = (): boolean => people.some((hz) => call.rtp.hears(hz, { lastMs: 300 }));
  if (people.length === 0 || somebody()) return;
  await call.rtp.waitFor('audio', { withinMs, where: somebody });
}

/** Resolves when the call has ended, or has lasted so long. */
export async function callEndsOr(call: Call, ms: number): Promise<void> {
  await call.whenEnded(Math.max(1, ms)).catch(() => undefined);
}

/** Of a call that came to nothing: who let go decides. */
export function fateOf(call: Call): Fate {
  if (call.state === 'up') return 'gave-up';
  const { by, status } = call.ending ?? { by: 'us' as const };
  if (call.state !== 'ended') return 'gave-up';
  if (by === 'fault') return 'failed';
  return status === undefined || status < 300 ? 'answered' : 'refused';
}
