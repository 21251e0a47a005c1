/** What tests of queues do over and over, at one door that stays open: agents told to be ready, callers in a queue, what the ledger says of them. */
import type { CallWhy } from '@branchline/contracts/call-why';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { LiveState } from '@branchline/contracts/live';
import type { OutgoingCall } from '@branchline/lab/sip/outgoing-call';
import { settledEventsOf } from '../chaos/one-story.ts';
import type { BranchBed } from './branch.ts';
import type { Door } from './door.ts';

const WAIT = 10_000;

type AgentOrder = 'ready' | 'not-ready' | 'signed-out';

/** Of a branch document: a number for each queue, by its last four digits. */
export const floorNumbers = (numbers: Readonly<Record<string, string>>): Record<string, object> =>
  Object.fromEntries(
    Object.entries(numbers).map(([queue, number]) => [
      queue,
      { number: `+86 571 8600 ${number}`, to: `queue ${queue}` },
    ]),
  );

export class Floor {
  readonly #bed: BranchBed;
  readonly #door: Door;
  /** The last four digits by queue. */
  readonly #numbers: Readonly<Record<string, string>>;
  #known = 0;

  constructor(bed: BranchBed, numbers: Readonly<Record<string, string>>) {
    this.#bed = bed;
    this.#door = bed.box();
    this.#numbers = numbers;
  }

  /** Events up to now are of tests before this one. */
  async begin(): Promise<void> {
    this.#known = (await settledEventsOf(this.#bed)).length;
  }

  /** Of this test alone. */
  async told(type: LedgerEvent['type']): Promise<LedgerEvent[]> {
    const events = await settledEventsOf(this.#bed);
    return events.slice(this.#known).filter((event) => event.type === type);
  }

  async bodies(type: LedgerEvent['type']): Promise<Record<string, unknown>[]> {
    return (await this.told(type)).map(({ body }) => body);
  }

  order(who: string, state: AgentOrder): Promise<unknown> {
    return this.#door.post(`/api/agents/${who}/state`, { state });
  }

  /** One after the other, as they are named. */
  async only(ready: readonly string[], away: readonly string[] = []): Promise<void> {
    for (const who of away) await this.order(who, 'not-ready');
    for (const who of ready) await this.order(who, 'ready');
  }

  async callIn(queue: string, caller = 0): Promise<OutgoingCall> {
    const call = await this.#bed.caller(caller).call(`05718600${this.#numbers[queue]}`);
    await call.answered(WAIT);
    return call;
  }

  live(fits: (live: LiveState) => boolean): Promise<LiveState> {
    return this.#door.untilLive(fits, WAIT);
  }

  waiting(queue: string, many: number): Promise<LiveState> {
    return this.live(({ queues }) => queues[queue]?.waiting.length === many);
  }

  at(who: string, state: string): Promise<LiveState> {
    return this.live(({ agents }) => agents[who]?.state === state);
  }

  /** At whom so many callers of a queue ring, in the order of their coming. Nobody answers. */
  async rungBy(queue: string, many: number): Promise<string[]> {
    const rung: string[] = [];
    for (let caller = 0; caller < many; caller += 1) {
      await this.callIn(queue, caller);
      const { agents } = await this.live((live) => ringing(live).length === caller + 1);
      rung.push(...ringing({ agents }).filter((who) => !rung.includes(who)));
    }
    return rung;
  }

  async why(call: string | undefined, language: 'en' | 'zh'): Promise<string> {
    // It is told from what is on disk.
    await settledEventsOf(this.#bed);
    const path = `/api/calls/${encodeURIComponent(call ?? '')}/why?language=${language}`;
    const { lines } = await this.#door.get<CallWhy>(path);
    return lines
      .flatMap(({ says, because, outcome }) => [says, ...because, ...(outcome === null ? [] : [outcome])])
      .join('\n');
  }
}

const ringing = ({ agents }: Pick<LiveState, 'agents'>): string[] =>
  Object.values(agents).flatMap(({ id, state }) => (state === 'ringing' ? [id] : []));
