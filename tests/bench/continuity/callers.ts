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
  /** Each that was lost or cut, in words. */
  readonly faults: readonly string[];
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

function faultOf({ atMs, greetedMs, answeredMs, end, endedMs }: GreetedCall, since: number): string[] {
  if (greetedMs !== undefined && !end) return [];
  const at = ((atMs - since) / 1_000).toFixed(1);
  const what =
    greetedMs !== undefined ? 'cut' : answeredMs === undefined ? 'not answered' : 'answered, not greeted';
  const how = end ? `, ended after ${Math.round(endedMs ?? 0)} ms by ${JSON.stringify(end)}` : '';
  return [`${at} s: ${what}${how}`];
}

/**
 * @param since the fault, of this process's monotonic clock
 * @param killedAt where the fault kills calls that the box has
 */
export function tallyOf(calls: readonly GreetedCall[], since: number, killedAt = -Infinity): Tally {
  const inProgress = calls.filter((call) => wasUpAt(call, killedAt));
  const others = calls.filter((call) => !inProgress.includes(call));
  const greeted = others.filter(({ greetedMs }) => greetedMs !== undefined);
  return {
    calls: calls.length,
    lost: others.length - greeted.length,
    cut: greeted.filter(({ end }) => end !== undefined).length,
    inProgress: inProgress.length,
    faults: others.flatMap((call) => faultOf(call, since)),
    longestS: Math.max(0, ...greeted.map(({ greetedMs = 0 }) => greetedMs)) / 1_000,
  };
}

/** Answered, and the caller had not hung up yet. */
function wasUpAt({ atMs, answeredMs = Infinity, greetedMs = Infinity }: GreetedCall, at: number): boolean {
  return atMs + answeredMs <= at && at < atMs + greetedMs + STAYS_MS;
}
