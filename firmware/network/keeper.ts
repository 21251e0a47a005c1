/** The network's shell: probes the way to headquarters at a pace that its state asks for. It decides nothing. */
import { HEADQUARTERS, type NetworkHealth } from '@branchline/contracts/network';
import type { Timer } from '@branchline/runtime/clock';
import { pathPace } from './path.ts';
import { Paths, type PathsDeps } from './paths.ts';
import type { Probe, Target } from './probe.ts';

export interface NetworkDeps extends PathsDeps {
  /** Where headquarters' broker listens; undefined for a box that works alone. */
  readonly headquarters: Target | undefined;
  readonly probe: Probe;
}

/** The first probe waits for the start to be over: a loop that is busy answers late, ms. */
const FIRST_MS = 2_000;

export class NetworkKeeper {
  readonly name = 'network';
  readonly #deps: NetworkDeps;
  readonly #paths: Paths;
  #timer: Timer | undefined;
  #running = false;

  constructor(deps: NetworkDeps) {
    this.#deps = deps;
    this.#paths = new Paths(deps);
  }

  start(): void {
    this.#running = true;
    if (this.#deps.headquarters) this.#next(FIRST_MS, this.#deps.headquarters);
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
  }

  /** Undefined where there is nothing to be measured. */
  health(): NetworkHealth | undefined {
    const paths = this.#paths.health();
    return paths.length > 0 ? { paths } : undefined;
  }

  #next(ms: number, headquarters: Target): void {
    if (this.#running) this.#timer = this.#deps.clock.after(ms, () => void this.#round(headquarters));
  }

  async #round(headquarters: Target): Promise<void> {
    const answer = await this.#deps.probe(headquarters);
    if (!this.#running) return;
    const path = this.#paths.probed(HEADQUARTERS, answer.heard ? answer.ms : null);
    this.#next(pathPace(path), headquarters);
  }
}
