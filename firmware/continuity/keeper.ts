/**
 * Holds this one's lease: asks for it anew, keeps the newest on disk before it says that it knows it, and tells the rest of the service
 * what it may. `holder.ts` decides; this is its shell. A box that was never told of a lease may everything, as there is
 * nobody beside it; a stand-in then serves whoever reaches it, and does nothing that its box may be doing.
 */
import type { Party } from '@branchline/contracts/continuity';
import type { LeaseAsk, LeaseRenewed, LeaseSays, LeaseTold } from '@branchline/contracts/continuity-wire';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { hold, rightsOf, started, type HolderEvent, type HolderState, type Rights } from './holder.ts';
import type { KeptLease } from './kept-lease.ts';

export interface LeaseKeeperDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** What it is as long as nobody told it: a stand-in does nothing by itself then. */
  readonly role: Party;
  /** `read` gives null where nothing was ever kept. Both throw on a disk fault. */
  readonly disk: { read(): KeptLease | null; write(kept: KeptLease): void };
  readonly ask: (question: LeaseAsk) => void;
  readonly say: (said: LeaseSays) => void;
  /** 16 hex digits, never the same twice. */
  readonly nonce: () => string;
  /** Whether a call could be taken now. */
  readonly ready: () => boolean;
  readonly changed: (rights: Rights) => void;
  /** `passes` may have become another. */
  readonly passing?: () => void;
}

/** Asked anew so often, ms: five questions in a row may be lost before the right to act ends. */
export const ASK_EVERY_MS = 50_000;

const ALL: Rights = { answers: true, acts: true };
/** Of one that was told of a lease and cannot read which: whoever reaches it is served, and the rest may be another's. */
const SERVES_ONLY: Rights = { answers: true, acts: false };

export class LeaseKeeper {
  readonly #deps: LeaseKeeperDeps;
  #state: HolderState;
  /** Null for as long as nobody ever told of a lease. */
  #me: Party | null;
  #unreadable = false;
  #prepare = false;
  #hunts = false;
  #shown: Rights;
  #asking: Timer | undefined;
  #ends: Timer | undefined;

  constructor(deps: LeaseKeeperDeps) {
    this.#deps = deps;
    const kept = this.#read();
    this.#state = started(kept?.lease ?? null);
    this.#me = kept?.as ?? null;
    this.#shown = this.rights();
  }

  stop(): void {
    this.#asking?.cancel();
    this.#ends?.cancel();
  }

  rights(): Rights {
    if (this.#me !== null) return rightsOf(this.#state, this.#me, this.#deps.clock.monotonic());
    return this.#unreadable || this.#deps.role === 'stand-in' ? SERVES_ONLY : ALL;
  }

  /** Its stand-in answers now, and the carrier finds it when this one passes a call on. A stand-in passes nothing on: nobody comes after it. */
  passes(): boolean {
    return this.#hunts && this.#me === 'box' && this.#state.lease?.answers === 'stand-in';
  }

  /** What it was told last; null of one that never was told of a lease. */
  status(): (Rights & { readonly as: Party; readonly n: number; readonly prepare: boolean }) | null {
    if (this.#me === null) return null;
    return { ...this.rights(), as: this.#me, n: this.#state.lease?.n ?? 0, prepare: this.#prepare };
  }

  /** There is a line to headquarters. */
  connected(): void {
    if (this.#me === null) return;
    this.#say();
    this.#ask();
  }

  told({ lease, as, prepare, hunts = false }: LeaseTold): void {
    if (lease.n < (this.#state.lease?.n ?? 0)) return;
    const first = this.#me === null;
    if (!this.#keep({ lease, as })) return;
    this.#me = as;
    this.#prepare = prepare;
    this.#hunts = hunts;
    this.#happen({ is: 'heard', lease });
    this.#deps.passing?.();
    this.#say();
    if (first || !this.rights().acts) this.#ask();
  }

  renewed({ lease, nonce }: LeaseRenewed): void {
    if (this.#me === null || !this.#keep({ lease, as: this.#me })) return;
    this.#happen({ is: 'heard', lease, nonce });
  }

  /** Whether a call could be taken has changed. */
  readyChanged(): void {
    if (this.#me !== null) this.#say();
  }

  /** A line that leads to this one alone has come up or gone down. */
  ownLine(up: boolean): void {
    this.#happen({ is: 'line', up });
  }

  #read(): KeptLease | null {
    try {
      return this.#deps.disk.read();
    } catch (error) {
      this.#unreadable = true;
      this.#deps.log.error(
        { err: error },
        'the kept lease cannot be read: until headquarters tells it anew, nothing is done that another may do',
      );
      return null;
    }
  }

  #happen(event: HolderEvent): void {
    const now = this.#deps.clock.monotonic();
    this.#state = hold(this.#state, event, now);
    this.#show();
    const { until } = this.#state;
    this.#ends?.cancel();
    if (until !== null && until > now)
      this.#ends = this.#deps.clock.after(until - now + 1, () => this.#show());
  }

  #show(): void {
    const rights = this.rights();
    if (rights.answers === this.#shown.answers && rights.acts === this.#shown.acts) return;
    this.#shown = rights;
    this.#deps.log.info(
      { ...rights, n: this.#state.lease?.n },
      'what this one may do for the branch has changed',
    );
    this.#deps.changed(rights);
  }

  /** @returns whether what is known of it now is on disk; what is not, is not known: it is told again */
  #keep(kept: KeptLease): boolean {
    const { lease } = this.#state;
    if (lease && (kept.lease.n < lease.n || (kept.lease.n === lease.n && kept.as === this.#me))) return true;
    try {
      this.#deps.disk.write(kept);
      return true;
    } catch (error) {
      this.#deps.log.error({ err: error, n: kept.lease.n }, 'a lease could not be kept: it was not taken');
      return false;
    }
  }

  #say(): void {
    this.#deps.say({ v: 1, knows: this.#state.lease?.n ?? 0, ready: this.#deps.ready() });
  }

  #ask(): void {
    const nonce = this.#deps.nonce();
    this.#happen({ is: 'asks', nonce });
    this.#deps.ask({ v: 1, nonce });
    this.#asking?.cancel();
    this.#asking = this.#deps.clock.after(ASK_EVERY_MS, () => {
      this.#say();
      this.#ask();
    });
  }
}
