/** The ways that are watched, each with its state: what changes is entered in the ledger, raised and shown. */
import type { NetworkLimits } from '@branchline/contracts/branch/network';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { NetworkHealth } from '@branchline/contracts/network';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { tellPathAlarm, type Told } from './network-alarms.ts';
import { newPath, pathStep, type PathState } from './path.ts';
import { pathHealth } from './view.ts';
import { figuresOf } from './window.ts';

export interface PathsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: () => NetworkLimits;
  readonly alarms: Told;
  readonly append: (events: readonly NewEvent[]) => void;
  readonly onChange: () => void;
}

export class Paths {
  readonly #deps: PathsDeps;
  readonly #states = new Map<string, PathState>();

  constructor(deps: PathsDeps) {
    this.#deps = deps;
  }

  /** One more probe of the way to there: there and back, ms; null when no answer came. */
  probed(to: string, ms: number | null): PathState {
    const { limits, alarms, append, log, onChange } = this.#deps;
    const moment = this.#moment();
    const { state, effects } = pathStep(this.#states.get(to) ?? newPath(moment), ms, moment, limits());
    this.#states.set(to, state);
    tellPathAlarm(alarms, to, state);
    for (const { from, lastedMs } of effects) {
      const figures = figuresOf(state.window);
      const { condition, because } = state;
      log.info({ to, from, state: condition, because, ...figures }, 'the way to a far end');
      const body = { to, from, state: condition, because: [...because], ...figures, lastedMs };
      append([{ type: 'network.changed', at: moment.now, body }]);
      onChange();
    }
    return state;
  }

  /** Those that are not named are watched no more. */
  only(names: ReadonlySet<string>): void {
    for (const name of [...this.#states.keys()]) {
      if (names.has(name)) continue;
      this.#states.delete(name);
      this.#deps.alarms.clear('network-poor', name);
    }
  }

  state(to: string): PathState | undefined {
    return this.#states.get(to);
  }

  health(): NetworkHealth['paths'] {
    return [...this.#states].map(([to, path]) => pathHealth(to, path));
  }

  #moment(): { now: number; monotonic: number } {
    return { now: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };
  }
}
