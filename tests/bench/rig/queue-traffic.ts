/** The two kinds of traffic that a queue is measured under. */
import { setTimeout as pause } from 'node:timers/promises';
import { cpuMs } from './proc.ts';
import type { Load } from './load.ts';

export interface SaturatedOrder {
  readonly number: string;
  readonly callers: number;
  /** How long an agent talks, ms. */
  readonly talk: { readonly least: number; readonly most: number };
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface SaturatedFigures {
  /** Milliseconds from an agent's BYE to his next INVITE, callers waiting all the while. */
  readonly freedToInviteMs: readonly number[];
  readonly answered: number;
  /** Agents asked to take a second call at once, and calls answered by two: both must stay 0. */
  readonly doubled: number;
}

/** More callers than agents, each calling again as soon as he was served: an agent who hangs up always has a next caller. */
export async function saturate(load: Load, order: SaturatedOrder): Promise<SaturatedFigures> {
  const freedAt = new Map<number, number>();
  const busy = new Set<number>();
  const freedToInviteMs: number[] = [];
  let answered = 0;
  let doubled = 0;
  let measuring = false;
  let ended = false;
  load.habit = (call, agent) => {
    const now = performance.now();
    const freed = freedAt.get(agent);
    if (freed !== undefined && measuring) freedToInviteMs.push(now - freed);
    freedAt.delete(agent);
    if (busy.has(agent)) doubled += 1;
    busy.add(agent);
    call.ring();
    call.answer();
    if (measuring) answered += 1;
    const talkMs = order.talk.least + Math.random() * (order.talk.most - order.talk.least);
    const timer = setTimeout(() => {
      freedAt.set(agent, performance.now());
      busy.delete(agent);
      void call.hangup();
    }, talkMs);
    call.on('ended', () => {
      clearTimeout(timer);
      busy.delete(agent);
    });
  };
  const callers = Array.from({ length: order.callers }, async () => {
    while (!ended) {
      const call = await load.call(order.number);
      await call.whenEnded(60_000).catch(() => undefined);
    }
  });
  await pause(order.warmUpMs);
  measuring = true;
  await pause(order.measureMs);
  measuring = false;
  ended = true;
  await load.hangUpAll();
  await Promise.allSettled(callers);
  return { freedToInviteMs, answered, doubled };
}

export interface PacedOrder {
  readonly number: string;
  readonly everyMs: number;
  readonly calls: number;
  readonly talkMs: number;
  /** Whose CPU time is taken. */
  readonly pids: readonly number[];
}

export interface PacedFigures {
  /** Milliseconds from the caller's INVITE to the agent's. */
  readonly inviteToInviteMs: readonly number[];
  /** CPU ms of each process, whole run. */
  readonly cpuMs: readonly number[];
  readonly answered: number;
}

/** Fewer callers than agents at a steady pace, so that every arm carries the very same calls and nobody waits. */
export async function pace(load: Load, order: PacedOrder): Promise<PacedFigures> {
  const inviteToInviteMs: number[] = [];
  let calledAt: number | undefined;
  let answered = 0;
  load.habit = (call) => {
    if (calledAt !== undefined) inviteToInviteMs.push(performance.now() - calledAt);
    calledAt = undefined;
    call.ring();
    call.answer();
    answered += 1;
    setTimeout(() => void call.hangup(), order.talkMs);
  };
  const before = order.pids.map(cpuMs);
  const began = performance.now();
  const ends: Promise<unknown>[] = [];
  for (let n = 0; n < order.calls; n += 1) {
    await pause(Math.max(0, began + n * order.everyMs - performance.now()));
    const call = await load.call(order.number);
    calledAt = performance.now();
    ends.push(call.whenEnded(order.talkMs + 10_000).catch(() => undefined));
  }
  await Promise.all(ends);
  await pause(300);
  const after = order.pids.map(cpuMs);
  return {
    inviteToInviteMs,
    answered,
    cpuMs: after.map((ms, index) => ms - (before[index] ?? 0)),
  };
}
