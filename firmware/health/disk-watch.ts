/** The disk guard's shell: gives it each reading and does what it asks for. */
import type { DiskRules } from '@branchline/contracts/branch/disk';
import type { Clock } from '@branchline/runtime/clock';
import type { Alarms } from './alarms.ts';
import type { DiskDays } from './disk-forecast.ts';
import { guard, newGuard, type GuardEffect, type GuardState } from './disk-guard.ts';
import type { DiskReading } from './host.ts';

export interface DiskWatchDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly rules: () => DiskRules;
  /** Whether the ledger's disk refuses what is written to it. */
  readonly ledgerRefused: () => boolean;
  readonly alarms: Alarms;
  /** Daily figures of before the start. */
  readonly kept: DiskDays | undefined;
  readonly keep: (days: DiskDays) => void;
  /** No new recording is to begin, and why; null when they may again. */
  readonly holdRecordings: (because: string | null) => void;
  /** No message is to be taken, and why; null when they may again. */
  readonly refuseMessages: (because: string | null) => void;
  /** Leftovers are to go. Must not throw. */
  readonly letGo: () => void;
}

export class DiskWatch {
  readonly #deps: DiskWatchDeps;
  #state: GuardState;

  constructor(deps: DiskWatchDeps) {
    this.#deps = deps;
    this.#state = newGuard(deps.kept);
  }

  look(disks: readonly DiskReading[]): void {
    const { clock, rules, ledgerRefused } = this.#deps;
    const reading = { disks, ledgerRefused: ledgerRefused() };
    const { state, effects } = guard(this.#state, reading, clock.now(), rules());
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  /** When the disk is full at the present rate, ms since 1970; null where that is not known or does not come. */
  fullAt(mount: string): number | null {
    return this.#state.fullAt[mount] ?? null;
  }

  #do(effect: GuardEffect): void {
    const { alarms, holdRecordings, refuseMessages, letGo, keep } = this.#deps;
    switch (effect.do) {
      case 'raise':
        return alarms.raise(effect.code, effect.mount, effect.detail);
      case 'clear':
        return alarms.clear(effect.code, effect.mount);
      case 'hold-recordings':
        return holdRecordings(effect.because);
      case 'refuse-messages':
        return refuseMessages(effect.because);
      case 'let-go':
        return letGo();
      case 'keep':
        return keep(effect.days);
    }
  }
}
