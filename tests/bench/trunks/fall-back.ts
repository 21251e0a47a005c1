/** A call whose first line does not do its work: how much later it goes out by the next. */
import { setTimeout as pause } from 'node:timers/promises';
import type { LabFault } from '@branchline/contracts/lab';
import type { TrunkArm } from './arms.ts';
import { GOOD, type BenchLine } from './plan.ts';

/** Longer than the plain engine's own patience with a far end that says nothing: 64 times T1 (RFC 3261, timer B). */
const ARRIVES_MS = 45_000;
const ENDS_MS = 10_000;
const SETTLE_MS = 30;
/** For each call that a line fails, so that what it is worth does not suffer and it is asked first again. */
const GOOD_CALLS = 2;

/** Milliseconds from the telephone's first INVITE until one has come to `expected`. @throws when it comes elsewhere, or nowhere. */
export async function timeOut(arm: TrunkArm, line: BenchLine, expected: string): Promise<number> {
  const tail = line.number.slice('+86'.length);
  const arrives = arm.gateways.waitFor('arrived', {
    withinMs: ARRIVES_MS,
    where: ({ dialled }) => dialled.endsWith(tail),
  });
  const began = performance.now();
  const call = await arm.phone.call(line.dialled);
  const arrived = await arrives;
  await call.whenEnded(ENDS_MS);
  await pause(SETTLE_MS);
  if (arrived.line !== expected)
    throw new Error(`a call for ${line.name} went out by ${arrived.line}; ${expected} was expected`);
  return arrived.at - began;
}

export interface RoundAbout {
  /** From the telephone's INVITE to the one at the line that works, ms. */
  readonly tookMs: number;
  /** More than the same call takes while its first line is well. */
  readonly addedMs: number;
}

export async function roundAbout(arm: TrunkArm, line: BenchLine, fault: LabFault): Promise<RoundAbout> {
  const gateway = arm.gateways.get(line.name);
  let well = 0;
  for (let each = 0; each < GOOD_CALLS; each += 1) well += (await timeOut(arm, line, line.name)) / GOOD_CALLS;
  gateway.fault(fault, true);
  const tookMs = await timeOut(arm, line, GOOD);
  gateway.fault(fault, false);
  return { tookMs, addedMs: tookMs - well };
}

/** As many such calls at once, as they only wait; ms of each from its INVITE to the one at the line that works. */
export async function allAtOnce(
  arm: TrunkArm,
  line: BenchLine,
  fault: LabFault,
  calls: number,
): Promise<number[]> {
  const gateway = arm.gateways.get(line.name);
  gateway.fault(fault, true);
  const arrivals: number[] = [];
  const off = arm.gateways.on('arrived', ({ line: by, at }) => {
    if (by === GOOD) arrivals.push(at);
  });
  const began: number[] = [];
  const ends: Promise<unknown>[] = [];
  for (let each = 0; each < calls; each += 1) {
    began.push(performance.now());
    ends.push((await arm.phone.call(line.dialled)).whenEnded(ARRIVES_MS));
    await pause(SETTLE_MS);
  }
  await Promise.all(ends);
  off();
  gateway.fault(fault, false);
  // In the order in which they were made: each waits equally long.
  return arrivals.map((at, index) => at - (began[index] ?? NaN));
}
