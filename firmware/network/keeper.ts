/**
 * The network's shell: probes the way to headquarters by each uplink, at a pace that its state asks for, and somebody else where
 * headquarters does not answer, so that it is known whose fault it is. It decides nothing.
 */
import { HEADQUARTERS, type NetworkHealth } from '@branchline/contracts/network';
import type { SocketAddress } from '@branchline/contracts/branch/values';
import type { Timer } from '@branchline/runtime/clock';
import { LinePaths, type LinePathsDeps } from './line-paths.ts';
import { CALM_MS, LOST_IN_A_ROW, pathPace } from './path.ts';
import { Paths } from './paths.ts';
import type { Probe, Target } from './probe.ts';
import { Uplinks, type UplinksDeps } from './uplinks.ts';

export interface NetworkDeps extends UplinksDeps, Pick<LinePathsDeps, 'lines' | 'probeLine'> {
  /** Where headquarters' broker listens; undefined for a box that works alone. */
  readonly headquarters: Target | undefined;
  readonly probe: Probe;
}

/** The first probe waits for the start to be over: a loop that is busy answers late, ms. */
const FIRST_MS = 2_000;
const LOOK_MS = 2_000;
/** Of an uplink that is not used, ms. */
const CALM_STANDBY_MS = 60_000;
const CALM_METERED_MS = 300_000;
/** An interface that cannot work is not probed, ms. */
const FAULT_MS = 5_000;
/** The way of a document that names no uplink. */
const NAMELESS = '';

export class NetworkKeeper {
  readonly name = 'network';
  readonly #deps: NetworkDeps;
  readonly #paths: Paths;
  readonly #lines: LinePaths;
  readonly #uplinks: Uplinks;
  readonly #rounds = new Map<string, Timer | undefined>();
  #fault: NetworkHealth['fault'];
  #turn = 0;
  #lookTimer: Timer | undefined;
  #running = false;

  constructor(deps: NetworkDeps) {
    this.#deps = deps;
    this.#paths = new Paths(deps);
    this.#lines = new LinePaths(deps);
    this.#uplinks = new Uplinks({
      ...deps,
      onSwitched: (device) => {
        deps.onSwitched(device);
        const used = this.#uplinks.used();
        // What is known of the way to headquarters was known of another one.
        if (used !== undefined) this.#soon(used);
      },
    });
  }

  start(): void {
    this.#running = true;
    this.#lines.start();
    this.follow();
    void this.#look();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#lookTimer?.cancel();
    this.#lines.stop();
    for (const timer of this.#rounds.values()) timer?.cancel();
    await this.#uplinks.count();
    this.#uplinks.keep();
  }

  /** Another document is in force. */
  follow(): void {
    if (!this.#running) return;
    this.#uplinks.follow();
    this.#lines.follow();
    const names = this.#uplinks.all().map(({ name }) => name);
    const wanted = names.length > 0 ? names : this.#deps.headquarters ? [NAMELESS] : [];
    for (const [name, timer] of this.#rounds) {
      if (wanted.includes(name)) continue;
      timer?.cancel();
      this.#rounds.delete(name);
    }
    for (const name of wanted) if (!this.#rounds.has(name)) this.#next(name, FIRST_MS);
  }

  /** Undefined where there is nothing to be measured. */
  health(): NetworkHealth | undefined {
    const paths = [...this.#paths.health(), ...this.#lines.health()];
    const uplinks = this.#uplinks.health();
    if (paths.length + uplinks.length === 0) return undefined;
    const fault = this.#fault;
    return { paths, ...(uplinks.length > 0 && { uplinks: [...uplinks] }), ...(fault && { fault }) };
  }

  async #look(): Promise<void> {
    await this.#uplinks.look().catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'the interfaces cannot be read');
    });
    if (this.#running) this.#lookTimer = this.#deps.clock.after(LOOK_MS, () => void this.#look());
  }

  #next(name: string, ms: number): void {
    if (!this.#running) return;
    this.#rounds.get(name)?.cancel();
    const timer = this.#deps.clock.after(ms, () => void this.#round(name));
    this.#rounds.set(name, timer);
  }

  async #round(name: string): Promise<void> {
    this.#rounds.set(name, undefined);
    if (this.#uplinks.state(name)?.fault !== undefined) return void this.#next(name, FAULT_MS);
    const uplink = this.#uplinks.all().find((one) => one.name === name);
    const targets = uplink?.probe ?? this.#deps.limits().probe;
    const from = this.#uplinks.addressOf(name);
    const hq = await this.#ask(this.#deps.headquarters, from);
    const other = hq === null ? await this.#ask(this.#anyOf(targets), from) : undefined;
    if (!this.#running || !this.#rounds.has(name)) return;
    const isUsed = name === NAMELESS || name === this.#uplinks.used();
    if (uplink) this.#uplinks.probed(name, hq ?? other ?? null, targets.length === 0);
    if (isUsed && hq !== undefined) this.#headquarters(hq, targets.length > 0 ? (other ?? null) : undefined);
    this.#next(name, this.#pace(name, isUsed, uplink?.metered ?? false));
    const lost = this.#uplinks.state(name)?.path.lost ?? 0;
    if (isUsed && lost > 0 && lost <= LOST_IN_A_ROW)
      for (const other of this.#rounds.keys()) this.#soon(other, name);
  }

  /** Whether the others hear anybody must be known by the time that this one counts as down. */
  #soon(name: string, but?: string): void {
    const timer = this.#rounds.get(name);
    if (name === but || !timer) return;
    timer.cancel();
    this.#next(name, 0);
  }

  /** @param other of somebody else, who is asked when headquarters is silent; undefined where nobody can be. */
  #headquarters(ms: number | null, other: number | null | undefined): void {
    this.#fault =
      ms !== null ? undefined : other === undefined ? 'unknown' : other === null ? 'uplink' : 'headquarters';
    this.#paths.probed(HEADQUARTERS, ms);
  }

  /** Undefined when there is nobody to ask; null when no answer came. */
  async #ask(target: Target | undefined, from: string | undefined): Promise<number | null | undefined> {
    if (!target) return undefined;
    const answer = await this.#deps.probe(target, from);
    return answer.heard ? answer.ms : null;
  }

  /** Each in its turn: one that is away for good must not make an uplink look dead for ever. */
  #anyOf(targets: readonly SocketAddress[]): SocketAddress | undefined {
    return targets[this.#turn++ % Math.max(1, targets.length)];
  }

  #pace(name: string, isUsed: boolean, metered: boolean): number {
    const calm = isUsed ? CALM_MS : metered ? CALM_METERED_MS : CALM_STANDBY_MS;
    const paths = [
      this.#uplinks.state(name)?.path,
      isUsed ? this.#paths.state(HEADQUARTERS) : undefined,
    ].filter((path) => path !== undefined);
    return paths.length > 0 ? Math.min(...paths.map((path) => pathPace(path, calm))) : calm;
  }
}
