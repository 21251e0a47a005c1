/** Who waits, is to be called back, and works at a branch, by the newest part of its ledger: what the one hands over to the other. Pure. */
import type { Lease, Party } from '@branchline/contracts/continuity';
import { wasCutOff } from '@branchline/contracts/cut-off';
import { knownEvent, type KnownEvent, type LedgerEvent } from '@branchline/contracts/ledger';
import type { HandedOver } from '@branchline/contracts/stand-in-wire';

type Waiting = HandedOver['waiting'][number];
type Callback = HandedOver['callbacks'][number];
type Agent = HandedOver['agents'][number];

/** At most so many of each travel; the oldest waiting first. */
const MOST = 1_000;

/** Who was cut off longer ago than that has called again, or does not: no queue keeps his place for him, ms. */
export const CUT_OFF_LATELY_MS = 10 * 60_000;

/** Who has a number to be known by when he calls again. */
const NUMBERED: readonly string[] = ['caller', 'number'];

/** Folded over events in the order of their numbers. */
export class Handing {
  readonly #callers = new Map<string, string>();
  readonly #waiting = new Map<string, Waiting>();
  /** Of those among them whose call has ended: when, ms since 1970. */
  readonly #cutOff = new Map<string, number>();
  readonly #callbacks = new Map<string, Callback>();
  readonly #ended = new Set<string>();
  readonly #agents = new Map<string, Agent>();
  /** Of the last event, ms since 1970. */
  #last = -Infinity;

  take(raw: LedgerEvent): void {
    this.#last = Date.parse(raw.at);
    const event = knownEvent(raw);
    if (!event) return;
    this.#ofAgent(event);
    this.#ofCallback(event);
    if (raw.call !== undefined) this.#ofCall(raw.call, event);
  }

  /** @param now by the clock of whose ledger it is, as well as it is known: its own last event cannot be of later */
  told(from: Party, lease: Lease, now: number): HandedOver {
    const at = Math.max(now, this.#last);
    const lately = at - CUT_OFF_LATELY_MS;
    const waiting = [...this.#waiting.values()].filter(
      ({ call }) => (this.#cutOff.get(call) ?? Infinity) >= lately,
    );
    const oldest = waiting.sort((a, b) => a.since.localeCompare(b.since));
    return {
      v: 1,
      ...{ from, lease, at: new Date(at).toISOString() },
      waiting: oldest.slice(0, MOST),
      callbacks: [...this.#callbacks.values()].slice(0, MOST),
      ended: [...this.#ended].slice(-MOST),
      agents: [...this.#agents.values()].slice(0, MOST),
    };
  }

  #ofCall(call: string, event: KnownEvent): void {
    switch (event.type) {
      case 'call.offered':
        if (
          event.body.direction === 'in' &&
          NUMBERED.includes(event.body.from.kind) &&
          event.body.from.id !== 'anonymous'
        )
          this.#callers.set(call, event.body.from.id);
        return;
      case 'call.queued':
        return this.#queued(call, event.at, event.body);
      case 'call.answered':
      case 'call.overflowed':
      case 'call.moved':
        this.#waiting.delete(call);
        return;
      case 'call.ended':
        return this.#callEnded(call, event);
      default:
    }
  }

  #queued(
    call: string,
    at: string,
    { queue, keptWaitMs }: { queue: string; keptWaitMs?: number | undefined },
  ): void {
    const number = this.#callers.get(call);
    if (number === undefined) return;
    // He has called again: the place of his call before is this one's.
    for (const [other, waiting] of this.#waiting) if (waiting.number === number) this.#waiting.delete(other);
    const since = new Date(Date.parse(at) - (keptWaitMs ?? 0)).toISOString();
    this.#waiting.set(call, { call, number, queue, since });
  }

  /** Who hangs up waits no longer; who was cut off calls again. */
  #callEnded(call: string, { at, body }: KnownEvent & { type: 'call.ended' }): void {
    this.#callers.delete(call);
    if (this.#waiting.has(call) && wasCutOff(body)) this.#cutOff.set(call, Date.parse(at));
    else this.#waiting.delete(call);
  }

  #ofCallback(event: KnownEvent): void {
    switch (event.type) {
      case 'callback.asked': {
        const { callback: id, number, queue, since } = event.body;
        if (!this.#callbacks.has(id))
          this.#callbacks.set(id, { id, number, queue, since, askedAt: event.at, attempts: 0 });
        return;
      }
      case 'callback.tried': {
        const open = this.#callbacks.get(event.body.callback);
        if (open) this.#callbacks.set(open.id, { ...open, attempts: event.body.attempt });
        return;
      }
      case 'callback.ended':
        this.#callbacks.delete(event.body.callback);
        this.#ended.add(event.body.callback);
        return;
      default:
    }
  }

  #ofAgent(event: KnownEvent): void {
    if (event.type !== 'agent.state') return;
    const { agent, state, reason } = event.body;
    this.#agents.set(agent, { agent, state, ...(reason !== undefined && { reason }) });
  }
}
