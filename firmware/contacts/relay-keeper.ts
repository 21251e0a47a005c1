/** The lifeline relay kept: its holder is told again and again that the box serves, and what it says of the relay is entered. */
import { coded, saidOf } from '@branchline/contracts/alarm-detail';
import type { LifelineRelay } from '@branchline/contracts/branch/contacts';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Alarms } from '../health/alarms.ts';
import type { BranchFacts } from './lamps.ts';
import { lifelineStep, newLifeline, type Lifeline } from './lifeline.ts';
import type { LineBook } from './line-book.ts';

export interface RelayHolder {
  held():
    { readonly is: 'energised' | 'released' | 'unknown' } | { readonly is: 'lost'; readonly because: string };
  /** Rejects with words that say what to do. */
  tell(relay: LifelineRelay, energised: boolean): Promise<void>;
}

export interface RelayDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly holder: RelayHolder;
  readonly facts: () => BranchFacts;
  readonly alarms: Alarms;
  readonly append: (events: readonly NewEvent[]) => void;
  readonly lines: LineBook;
}

const TELL_MS = 1_000;
/** A holder that was just told, or just started, has not said anything yet. */
const PATIENCE_MS = 10_000;

export class RelayKeeper {
  readonly #deps: RelayDeps;
  #name: string | undefined;
  #state: Lifeline = { energised: false, servedAt: 0 };
  #told = { at: -Infinity, energised: false };
  #telling = false;
  #trouble: string | undefined;
  #alarmed = false;
  /** Since when what the holder says is not what it is told. */
  #unlikeSince: number | undefined;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
  }

  look(relay: LifelineRelay | undefined): void {
    const { clock, holder, facts, alarms } = this.#deps;
    const now = clock.monotonic();
    if (relay?.name !== this.#name) {
      if (this.#name !== undefined) alarms.clear('lifeline-released', this.#name);
      this.#alarmed = false;
      this.#name = relay?.name;
      this.#state = newLifeline(holder.held().is === 'energised', now);
    }
    if (!relay) return;
    this.#state = lifelineStep(this.#state, facts().serving !== 'no', now, relay.releaseAfterMs);
    this.#hear(relay, now);
    this.#alarm(relay, now);
    const { energised } = this.#state;
    if (this.#telling || (energised === this.#told.energised && now - this.#told.at < TELL_MS)) return;
    this.#told = { at: now, energised };
    this.#telling = true;
    void holder.tell(relay, energised).then(
      () => this.#toldSo(undefined),
      (error: unknown) => this.#toldSo(saidOf(error)),
    );
  }

  #toldSo(trouble: string | undefined): void {
    this.#telling = false;
    this.#trouble = trouble;
  }

  #hear(relay: LifelineRelay, now: number): void {
    const { holder, lines } = this.#deps;
    const held = holder.held();
    const wanted = this.#state.energised ? 'energised' : 'released';
    this.#unlikeSince = held.is === wanted ? undefined : (this.#unlikeSince ?? now);
    const late = this.#unlikeSince !== undefined && now - this.#unlikeSince >= PATIENCE_MS;
    const silent = late ? coded('holder-gone') : undefined;
    const because = this.#trouble ?? (held.is === 'lost' ? held.because : silent);
    if (because !== undefined) return lines.lost(relay.name, because);
    if (held.is === 'lost' || held.is === 'unknown' || held.is !== wanted) return;
    lines.found(relay.name);
    if (lines.stateOf(relay.name) !== held.is) this.#changed(relay.name, held.is);
  }

  #changed(contact: string, state: 'energised' | 'released'): void {
    const { lines, append, clock, log } = this.#deps;
    lines.set(contact, state);
    const because = state === 'released' ? { because: coded('engine-not-answering') } : {};
    log.info({ contact, state }, 'the lifeline relay');
    append([{ type: 'lifeline.changed', at: clock.now(), body: { contact, state, ...because } }]);
  }

  /** Not while the box starts: that the relay is released then is as it should be. */
  #alarm({ name, releaseAfterMs }: LifelineRelay, now: number): void {
    const { energised, servedAt } = this.#state;
    const alarmed = !energised && now - servedAt >= releaseAfterMs;
    if (alarmed === this.#alarmed) return;
    this.#alarmed = alarmed;
    if (alarmed) this.#deps.alarms.raise('lifeline-released', name);
    else this.#deps.alarms.clear('lifeline-released', name);
  }
}
