/** Takes the box's pulse: reads, shows on the board, raises what is wrong, tells headquarters at a pace a slow line bears. */
import type { HealthReport } from '@branchline/contracts/health';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Alarms } from './alarms.ts';
import { lookAtClock, type ClockState } from './clock-watch.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { HostReading } from './host.ts';
import { healthOf, tellIn, type HealthSources, type TellingPace, type Told } from './report.ts';

export interface MonitorTuning extends TellingPace {
  /** Between two readings of the machine, ms. */
  readonly sampleMs: number;
  /** The first reading with a meaningful load of the processor, ms after the start. */
  readonly firstMs: number;
  /** How long a change waits for others that come with it, ms. */
  readonly gatherMs: number;
  /** A reading that takes longer is given up: a disk that does not answer must not end the report, ms. */
  readonly readMs: number;
}

export const MONITOR_TUNING: MonitorTuning = {
  everyMs: 300_000,
  movedMs: 30_000,
  leastMs: 2_000,
  sampleMs: 10_000,
  firstMs: 1_000,
  gatherMs: 200,
  readMs: 5_000,
};

export interface MonitorDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Each time its own loop has come round, whatever came of the reading. */
  readonly onRound?: () => void;
  readonly readHost: () => Promise<HostReading>;
  readonly sources: HealthSources;
  readonly disks: DiskWatch;
  readonly board: { set(collection: 'health', id: string, value: HealthReport): void };
  readonly alarms: Alarms;
  /** To headquarters. */
  readonly tell: (report: HealthReport) => void;
  readonly tuning?: Partial<MonitorTuning>;
}

export class HealthMonitor {
  readonly name = 'health';
  readonly #deps: MonitorDeps;
  readonly #tuning: MonitorTuning;
  #host: HostReading | undefined;
  #reading = false;
  #clockState: ClockState | undefined;
  #told: Told | undefined;
  #sampleTimer: Timer | undefined;
  #changeTimer: Timer | undefined;
  #tellTimer: Timer | undefined;
  #running = false;

  constructor(deps: MonitorDeps) {
    this.#deps = deps;
    this.#tuning = { ...MONITOR_TUNING, ...deps.tuning };
  }

  start(): void {
    this.#running = true;
    this.#watchClock();
    this.#sample(this.#tuning.firstMs);
  }

  stop(): void {
    this.#running = false;
    this.#sampleTimer?.cancel();
    this.#changeTimer?.cancel();
    this.#tellTimer?.cancel();
  }

  /** Something in the sources changed: a trunk, a phone, the engine, the uplink, the ledger's disk. Cheap; call it freely. */
  changed(): void {
    if (!this.#running || this.#changeTimer) return;
    this.#changeTimer = this.#deps.clock.after(this.#tuning.gatherMs, () => {
      this.#changeTimer = undefined;
      this.#report();
    });
  }

  #sample(nextMs: number): void {
    this.#sampleTimer = this.#deps.clock.after(nextMs, () => this.#sample(this.#tuning.sampleMs));
    this.#watchClock();
    this.#deps.onRound?.();
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    const { clock, log } = this.#deps;
    this.#reading = true;
    const late = clock.after(this.#tuning.readMs, () => {
      log.warn('the machine does not let itself be read; reporting with the last figures');
      this.#report();
    });
    try {
      this.#host = await this.#deps.readHost();
    } catch (error) {
      log.error({ err: error }, 'the machine cannot be read');
    } finally {
      late.cancel();
      this.#reading = false;
    }
    this.#report();
  }

  #report(): void {
    if (!this.#host || !this.#running) return;
    const { clock, sources, board, disks } = this.#deps;
    disks.look(this.#host.disks);
    const report = healthOf(this.#host, sources, clock.now(), (mount) => disks.fullAt(mount));
    board.set('health', 'now', report);
    this.#tellTimer?.cancel();
    const wait = tellIn(this.#told, report, clock.monotonic(), this.#tuning);
    if (wait > 0) {
      this.#tellTimer = clock.after(wait, () => this.#report());
      return;
    }
    this.#told = { report, at: clock.monotonic() };
    this.#deps.tell(report);
  }

  #watchClock(): void {
    const { clock, alarms } = this.#deps;
    const look = lookAtClock(this.#clockState, clock.now(), clock.monotonic());
    this.#clockState = look.state;
    if (look.jumpedMs !== null) {
      const seconds = Math.round(look.jumpedMs / 1000);
      alarms.raise('clock-jumped', 'clock', `${seconds > 0 ? '+' : ''}${seconds} s`);
    } else if (look.settled) alarms.clear('clock-jumped', 'clock');
  }
}
