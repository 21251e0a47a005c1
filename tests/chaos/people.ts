/**
 * Callers and agents who telephone by dice: they call, wait, talk, hold, hand on and hang up, and remember who ended
 * what, so that a call that nobody ended is seen. Every wait has a limit, and every judgement is made from outside,
 * at the telephones.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import type { Call } from '@branchline/lab/sip/call';
import type { IncomingCall } from '@branchline/lab/sip/incoming-call';
import { betweenMs, oneOf, pauseMs, type Random } from '@branchline/lab/traffic/chance';
import { Signals } from '@branchline/lab/signals';
import type { Lateness } from './lateness.ts';

/** What the scripts do, told as it happens: whoever makes trouble can strike right then. */
export interface Doings {
  called: string;
  answered: string;
  held: string;
  transferring: string;
  hungUp: string;
}

export interface Town {
  readonly random: Random;
  readonly lateness: Lateness;
  readonly doings: Signals<Doings>;
  /** Calls placed, by the number that placed them. */
  readonly placed: Map<string, number>;
  /** What must not happen, in words. */
  readonly faults: string[];
  readonly tally: Record<string, number>;
  /** Whose talk a party of the branch has ended, by the caller's number: the caller's own end is then no fault. */
  readonly released: Set<string>;
  /** When a caller hung up last, by the monotonic clock: whoever talked with him hears nothing from then on. */
  readonly left: Map<string, number>;
  readonly signal: AbortSignal;
  /** Resolves when the next caller is to call. */
  readonly nextTurn: () => Promise<void>;
  /** How long talks are, as a part of what is usual. */
  readonly length: number;
}

/** The town's ways, where they are others than each caller's own pause between two calls. */
export interface Ways {
  /** Calls a second of all callers together, at random moments: as long as one of them is at home. */
  readonly rate?: number;
}

export function newTown(random: Random, lateness: Lateness, signal: AbortSignal, { rate }: Ways = {}): Town {
  return {
    nextTurn: rate === undefined ? ownPause(random) : sharedTurns(random, rate),
    length: rate === undefined ? 1 : 0.5,
    random,
    lateness,
    doings: new Signals<Doings>('The town'),
    placed: new Map(),
    faults: [],
    tally: {},
    released: new Set(),
    left: new Map(),
    signal,
  };
}

const ownPause = (random: Random) => (): Promise<void> => pause(betweenMs({ least: 100, most: 800 }, random));

/** Moments of a Poisson process, each for one caller; who comes late calls at once, so that the rate is kept. */
function sharedTurns(random: Random, rate: number): () => Promise<void> {
  let next = performance.now();
  return () => {
    const wait = Math.max(0, next - performance.now());
    next += pauseMs(60 * rate, random);
    return pause(wait);
  };
}

/** A packet each 20 ms; what the measuring process was late itself is not the product's. */
const FRAME_MS = 20;
const GENEROUS_MS = 200;
/** Nobody waits for ever: longer than the worst restart, answer and audio together. */
const PATIENCE_MS = 30_000;
const AUDIO_MS = 10_000;
/** When an agent will not end it. */
const LONGEST_TALK_MS = 12_000;

export function count(town: Town, what: string): void {
  town.tally[what] = (town.tally[what] ?? 0) + 1;
}

/** Calls again and again until the signal; each number in turn by dice. */
export async function caller(
  town: Town,
  phone: DeskPhone,
  number: string,
  tones: readonly number[],
): Promise<void> {
  for (;;) {
    await town.nextTurn();
    if (town.signal.aborted) return;
    await oneCall(town, phone, number, tones).catch((error: unknown) => {
      town.faults.push(`${number}: ${error instanceof Error ? error.message : String(error)}`);
      return Promise.all(phone.calls.map((call) => call.hangup()));
    });
  }
}

const NUMBERS = ['057186001001', '057186001001', '057186001001', '057186001000', '057186001029'] as const;

async function oneCall(
  town: Town,
  phone: DeskPhone,
  number: string,
  tones: readonly number[],
): Promise<void> {
  const { random } = town;
  const dialled = oneOf(NUMBERS, random) ?? NUMBERS[0];
  const impatient = random() < 0.15 ? betweenMs({ least: 400, most: 4_000 }, random) : undefined;
  town.released.delete(number);
  const call = await phone.call(dialled);
  town.placed.set(number, (town.placed.get(number) ?? 0) + 1);
  town.doings.emit('called', number);
  call.on('ended', ({ by }) => {
    town.left.set(number, performance.now());
    if (by !== 'us' && !town.released.has(number))
      town.faults.push(
        `${number} to ${dialled} was ended by nobody of ours at ${stamp(performance.now())}: ${JSON.stringify(call.ending)}`,
      );
  });
  if (impatient !== undefined) return abandon(town, call, impatient);
  try {
    await call.answered(PATIENCE_MS);
  } catch (error) {
    // Somebody took it and hung up while there was no service to join the two.
    if (call.state === 'ended' && town.released.has(number)) return;
    throw error;
  }
  if (dialled.endsWith('1000') && random() < 0.5) await call.sendDigits('1').catch(() => undefined);
  if (!(await hearsAnybody(town, call, tones))) {
    if (call.state !== 'ended')
      town.faults.push(`${number} to ${dialled} heard nobody within ${PATIENCE_MS} ms`);
    await call.hangup();
    return;
  }
  count(town, 'talks');
  await talk(town, call, number);
}

async function abandon(town: Town, call: Call, afterMs: number): Promise<void> {
  // By the network's rule an INVITE is cancelled only once something was heard of it.
  await call.ringing(PATIENCE_MS).catch(() => undefined);
  await pause(afterMs);
  count(town, 'abandoned');
  if (call.state !== 'ended') await call.hangup();
}

async function hearsAnybody(town: Town, call: Call, tones: readonly number[]): Promise<boolean> {
  const heard = tones.map((hz) =>
    call.rtp.untilHears(hz, { withinMs: PATIENCE_MS, lastMs: 300 }).then(() => true),
  );
  return Promise.any(heard).catch(() => false);
}

const talkMs = (town: Town, range: { readonly least: number; readonly most: number }): number =>
  town.length * betweenMs(range, town.random);

/** Until one of the two ends it: the caller after his time, or an agent before. */
async function talk(town: Town, call: Call, number: string): Promise<void> {
  const ended = call.whenEnded(PATIENCE_MS * 2);
  const mine = town.random() < 0.5 ? talkMs(town, { least: 800, most: 5_000 }) : LONGEST_TALK_MS;
  await Promise.race([ended, pause(mine, undefined, { signal: town.signal }).catch(() => pause(500))]);
  if (call.state === 'ended') return;
  town.released.add(number);
  await call.hangup();
}

/** Takes calls as they come, until the signal. */
export function agent(town: Town, phone: DeskPhone, handOnTo: string, tones: readonly number[]): void {
  phone.onIncoming({
    kind: 'answer',
    afterMs: () => betweenMs({ least: 150, most: 1_200 }, town.random),
  });
  phone.onCall((call) => {
    void serve(town, phone, call, handOnTo, tones).catch((error: unknown) => {
      if (call.state !== 'ended')
        town.faults.push(
          `agent with ${call.remote.number}: ${error instanceof Error ? error.message : String(error)}`,
        );
    });
  });
}

async function serve(
  town: Town,
  phone: DeskPhone,
  call: IncomingCall,
  handOnTo: string,
  tones: readonly number[],
): Promise<void> {
  await call.answered(PATIENCE_MS);
  const began = performance.now();
  const number = call.remote.number;
  town.doings.emit('answered', number);
  await Promise.any(tones.map((hz) => call.rtp.untilHears(hz, { withinMs: AUDIO_MS, lastMs: 300 })));
  const fate = town.random();
  await judged(town, call, began, talkMs(town, { least: 500, most: 2_500 }));
  if (fate < 0.2) await holdAWhile(town, call);
  else if (fate < 0.35) return handOn(town, phone, call, handOnTo, number);
  else if (fate < 0.45) return consult(town, phone, call, handOnTo, number);
  await judged(town, call, began, talkMs(town, { least: 500, most: 3_000 }));
  if (call.state !== 'up') return;
  town.released.add(number);
  count(town, 'ended by the agent');
  await call.hangup();
  town.doings.emit('hungUp', number);
}

const isUp = (call: Call): boolean => call.state === 'up';

async function stretch(town: Town, call: Call, ms: number): Promise<void> {
  await Promise.race([pause(ms), call.whenEnded(ms + PATIENCE_MS).catch(() => undefined)]);
}

/** A stretch of talk in which the stream may have no silence that this process is not to blame for. */
async function judged(town: Town, call: Call, talkSince: number, ms: number): Promise<void> {
  if (!isUp(call)) return;
  call.rtp.resetStats();
  const began = performance.now();
  await stretch(town, call, ms);
  if (!isUp(call)) return;
  const { gaps, silentForMs = 0 } = call.rtp.stats();
  const alone = (town.left.get(call.remote.number) ?? 0) > talkSince;
  const maxGapMs = Math.max(...gaps.map(({ ms }) => ms), alone ? 0 : silentForMs);
  const allowed = FRAME_MS + town.lateness.sinceMs(began) + GENEROUS_MS;
  town.tally.longestGapMs = Math.max(town.tally.longestGapMs ?? 0, Math.round(maxGapMs));
  if (maxGapMs <= allowed) return;
  const heard = gaps.map((gap) => `${Math.round(gap.ms)} ms at ${stamp(gap.atMs)}`).join(', ');
  town.faults.push(
    `${call.remote.number} was not heard for ${Math.round(maxGapMs)} ms, ${Math.round(allowed)} allowed: ${heard}`,
  );
}

const stamp = (monotonicMs: number): string =>
  new Date(Date.now() - performance.now() + monotonicMs).toISOString().slice(11, 23);

async function holdAWhile(town: Town, call: Call): Promise<void> {
  town.doings.emit('held', call.remote.number);
  count(town, 'held');
  await call.hold();
  await stretch(town, call, betweenMs({ least: 200, most: 1_500 }, town.random));
  if (call.state === 'up') await call.resume();
  await stretch(town, call, 300);
}

async function handOn(town: Town, phone: DeskPhone, call: Call, to: string, number: string): Promise<void> {
  town.doings.emit('transferring', number);
  const outcome = await phone.blindTransfer(to, PATIENCE_MS, call);
  count(
    town,
    outcome.reported === undefined ? 'blind transfer, unsaid' : `blind transfer ${outcome.reported}`,
  );
  if (call.state === 'up') {
    town.released.add(number);
    await call.hangup();
  }
}

async function consult(town: Town, phone: DeskPhone, call: Call, to: string, number: string): Promise<void> {
  await call.hold();
  const consultation = await phone.call(to);
  town.placed.set(phone.extension, (town.placed.get(phone.extension) ?? 0) + 1);
  town.doings.emit('called', phone.extension);
  try {
    await consultation.answered(PATIENCE_MS);
    await stretch(town, consultation, 500);
    town.doings.emit('transferring', number);
    const outcome = await phone.attendedTransfer(consultation, PATIENCE_MS);
    count(town, `attended transfer ${outcome.reported ?? 'unsaid'}`);
  } catch (error) {
    count(town, 'consultation failed');
    if (call.state === 'up' && consultation.state === 'up') throw error;
  }
  if (consultation.state !== 'ended') await consultation.hangup();
  if (call.state === 'up') {
    town.released.add(number);
    await call.hangup();
  }
}

/** The engine alone shows a number as the line gave it. */
const inFull = (shown: string, voices: ReadonlyMap<string, number>): string =>
  [...voices.keys()].find((number) => shown.length > 6 && number.endsWith(shown.replace(/^\+?0*/, ''))) ??
  shown;

/** Takes every call that is handed on, rung by the engine alone, or dialled, several at a time. */
export function frontDesk(town: Town, phone: DeskPhone, voices: ReadonlyMap<string, number>): void {
  phone.onIncoming({ kind: 'answer', afterMs: 200 }, { callWaiting: true });
  phone.onCall((call) => {
    void (async () => {
      await call.answered(PATIENCE_MS);
      count(town, 'front desk took');
      await stretch(town, call, talkMs(town, { least: 1_000, most: 4_000 }));
      if (call.state !== 'up') return;
      // After a transfer another may be at the other end than the number that was first shown: who it is can be heard.
      const [heard] = [...voices].find(([, hz]) => call.rtp.hears(hz, { lastMs: 300 })) ?? [];
      town.released.add(heard ?? inFull(call.remote.number, voices));
      await call.hangup();
    })().catch((error: unknown) => {
      // The caller was quicker.
      if (call.state !== 'ended') town.faults.push(`front desk: ${String(error)}`);
    });
  });
}
