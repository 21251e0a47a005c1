/**
 * The ways to the cloud lines: each is probed at its own pace. One that was never heard is not judged: there are carriers that answer nobody
 * but the engine, and whether their line works is the trunk's to tell.
 */
import type { NetworkHealth } from '@branchline/contracts/network';
import type { Timer } from '@branchline/runtime/clock';
import { pathPace } from './path.ts';
import { Paths, type PathsDeps } from './paths.ts';
import type { LineProbe, LineTarget } from './sip-probe.ts';

export interface LinePathsDeps extends PathsDeps {
  readonly lines: () => readonly LineTarget[];
  readonly probeLine: LineProbe;
}

const FIRST_MS = 3_000;
/** An OPTIONS and its answer are some 900 bytes, four times a probe of headquarters, ms. */
export const CALM_LINE_MS = 120_000;
const UNREACHABLE_LINE_MS = 60_000;

interface Watched {
  readonly target: LineTarget;
  timer?: Timer;
}

export class LinePaths {
  readonly #deps: LinePathsDeps;
  readonly #paths: Paths;
  readonly #watched = new Map<string, Watched>();
  #running = false;

  constructor(deps: LinePathsDeps) {
    this.#deps = deps;
    this.#paths = new Paths(deps);
  }

  start(): void {
    this.#running = true;
    this.follow();
  }

  stop(): void {
    this.#running = false;
    for (const { timer } of this.#watched.values()) timer?.cancel();
  }

  /** A line that leads elsewhere now is another way. */
  follow(): void {
    if (!this.#running) return;
    const lines = this.#deps.lines();
    for (const [name, { target, timer }] of this.#watched) {
      if (lines.some((line) => JSON.stringify(line) === JSON.stringify(target))) continue;
      timer?.cancel();
      this.#watched.delete(name);
    }
    this.#paths.only(new Set(this.#watched.keys()));
    for (const target of lines) {
      if (this.#watched.has(target.name)) continue;
      const watched = { target };
      this.#watched.set(target.name, watched);
      this.#next(watched, FIRST_MS);
    }
  }

  health(): NetworkHealth['paths'] {
    return this.#paths.health();
  }

  #next(watched: Watched, ms: number): void {
    watched.timer = this.#deps.clock.after(ms, () => void this.#round(watched));
  }

  async #round(watched: Watched): Promise<void> {
    const { name } = watched.target;
    const answer = await this.#deps.probeLine(watched.target);
    if (!this.#running || this.#watched.get(name) !== watched) return;
    const known = this.#paths.state(name);
    if (!known && !answer.heard) return this.#next(watched, CALM_LINE_MS);
    const path = this.#paths.probed(name, answer.heard ? answer.ms : null);
    const isGone = path.condition === 'unreachable';
    this.#next(watched, isGone ? UNREACHABLE_LINE_MS : pathPace(path, CALM_LINE_MS));
  }
}
