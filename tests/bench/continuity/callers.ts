/** People who call at a steady pace, whatever becomes of their calls, and what became of each. */
import { setTimeout as pause } from 'node:timers/promises';
import { callForGreeting, type GreetedCall } from '@branchline/lab/traffic/greeted';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { MAIN, type Site } from './site.ts';

const PACE_MS = 500;
const STAYS_MS = 2_000;
/** A person gives up, from dialling on. */
const PATIENCE_MS = 10_000;

export interface Tally {
  readonly calls: number;
  /** Refused, or given up before the greeting. */
  readonly lost: number;
  /** Were greeted, and ended without the caller's doing; those that the dead box had are not among them. */
  readonly cut: number;
  /** The dead box had them. */
  readonly inProgress: number;
  /** From dialling to the greeting. */
  readonly longestS: number;
}

export class Callers {
  readonly all: GreetedCall[] = [];
  readonly #site: Site;
  readonly #idle: DeskPhone[];
  #placed = 0;
  #awaited: { readonly count: number; readonly there: () => void } | undefined;

  constructor(site: Site) {
    this.#site = site;
    this.#idle = [...site.bed.callers];
  }

  /** Resolves when the last of them is over. */
  async place(calls: number, stop?: AbortSignal): Promise<void> {
    const under: Promise<void>[] = [];
    const began = performance.now();
    for (let number = 0; number < calls && stop?.aborted !== true; number += 1) {
      await pause(Math.max(0, began + number * PACE_MS - performance.now()));
      const phone = this.#idle.shift();
      if (!phone)
        throw new Error('every caller is in a call: the figure would be of fewer than two in a second');
      under.push(this.#one(phone));
      this.#placed += 1;
      if (this.#awaited && this.#placed >= this.#awaited.count) this.#awaited.there();
    }
    await Promise.all(under);
  }

  /** Resolves when so many have been begun. */
  placed(count: number): Promise<void> {
    if (this.#placed >= count) return Promise.resolve();
    return new Promise((there) => (this.#awaited = { count, there }));
  }

  async #one(phone: DeskPhone): Promise<void> {
    const { greeting } = this.#site;
    const { call, report } = await callForGreeting(phone, {
      number: MAIN,
      greeting,
      patienceMs: PATIENCE_MS,
    });
    const end =
      report.end ??
      (report.greetedMs === undefined ? undefined : await call.whenEnded(STAYS_MS).catch(() => undefined));
    if (!end) await call.hangup().catch(() => undefined);
    this.all.push({ ...report, ...(end && { end }) });
    this.#idle.push(phone);
  }
}

/** @param killedAt of this process's monotonic clock */
export function tallyOf(calls: readonly GreetedCall[], killedAt = -Infinity): Tally {
  const greeted = calls.filter(({ greetedMs }) => greetedMs !== undefined);
  const ended = greeted.filter(({ end }) => end !== undefined);
  const inProgress = ended.filter(({ atMs }) => atMs < killedAt);
  return {
    calls: calls.length,
    lost: calls.length - greeted.length,
    cut: ended.length - inProgress.length,
    inProgress: inProgress.length,
    longestS: Math.max(0, ...greeted.map(({ greetedMs = 0 }) => greetedMs)) / 1_000,
  };
}
