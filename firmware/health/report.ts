/** The health report from what the rooms say, and when it is worth telling. Pure. */
import type { HealthReport } from '@branchline/contracts/health';
import type { HostReading } from './host.ts';

/** What the other rooms know; each is asked at the moment of the report. */
export interface HealthSources {
  readonly engine: () => HealthReport['engine'];
  readonly phones: () => HealthReport['phones'];
  readonly trunks: () => HealthReport['trunks'];
  readonly uplink: () => HealthReport['uplink'];
  /** Calls in progress. */
  readonly calls: () => number;
  /** Undefined where no UPS is in the document. */
  readonly power?: () => HealthReport['power'];
  /** Undefined while the service does its work. */
  readonly safeMode?: () => HealthReport['safeMode'];
  /** Undefined before the first. */
  readonly selfCheck?: () => HealthReport['selfCheck'];
  /** Undefined where nothing is measured. */
  readonly clock?: () => HealthReport['clock'];
  readonly network?: () => HealthReport['network'];
  /** Undefined where no contact, lamp or relay is in the document. */
  readonly contacts?: () => HealthReport['contacts'];
  readonly maintenance: () => NonNullable<HealthReport['maintenance']>;
}

export function healthOf(
  host: HostReading,
  sources: HealthSources,
  now: number,
  fullAt: (mount: string) => number | null,
): HealthReport {
  const { connected, since, outbox } = sources.uplink();
  const power = sources.power?.();
  const selfCheck = sources.selfCheck?.();
  const safeMode = sources.safeMode?.();
  const [network, clock] = [sources.network?.(), sources.clock?.()];
  const contacts = sources.contacts?.();
  return {
    v: 1,
    at: new Date(now).toISOString(),
    uptimeS: host.uptimeS,
    cpu: host.cpu,
    memory: host.memory,
    disks: host.disks.map(({ mount, totalMb, usedPercent, freeMb, readOnly }) => {
      const full = fullAt(mount);
      const on = full === null ? null : new Date(full).toISOString();
      return { mount, totalMb, usedPercent, freeMb, readOnly, fullAt: on };
    }),
    ...(host.wear.length > 0 && { wear: [...host.wear] }),
    engineProcess: host.engineProcess,
    temperatureC: host.temperatureC,
    engine: sources.engine(),
    phones: sources.phones(),
    trunks: sources.trunks(),
    uplink: { connected, since, outbox },
    calls: sources.calls(),
    ...(power ? { power } : {}),
    ...(safeMode ? { safeMode } : {}),
    ...(selfCheck ? { selfCheck } : {}),
    ...(clock ? { clock } : {}),
    ...(network ? { network } : {}),
    ...(contacts ? { contacts } : {}),
    maintenance: sources.maintenance(),
  };
}

/** Whether somebody at headquarters would want to know now: a state changed, not a figure. */
export function meansSomething(before: HealthReport, after: HealthReport): boolean {
  return stateOf(before) !== stateOf(after);
}

function stateOf(report: HealthReport): string {
  const phones = report.phones.map(({ name, reachable }) => [name, reachable]);
  const trunks = report.trunks.map(({ name, state }) => [name, state]);
  const { state, asks, ups = [], steps = [], loads } = report.power ?? {};
  const power = [state, asks, ups.map((one) => one.state), steps.map((step) => step.state)];
  const dark = loads?.map((load) => [load.name, load.state]);
  // A lamp follows from what else is told.
  const contacts = report.contacts?.lines.flatMap(({ name, role, state }) =>
    role === 'lamp' || role === 'buzzer' ? [] : [[name, state]],
  );
  const windows = report.maintenance?.map(({ id }) => id);
  const disks = report.disks.map(({ mount, readOnly }) => [mount, readOnly]);
  const paths = report.network?.paths.map((path) => [path.to, path.state]);
  const uplinks = report.network?.uplinks?.map((one) => [one.name, one.state, one.chosen, one.used]);
  const wide = [paths, uplinks, report.network?.fault, report.clock?.state];
  const worn = report.wear?.map((one) => [one.disk, one.usedPercent, one.reserve, one.fails, one.pending]);
  const machine = [report.cpu.throttled, worn];
  const self = [report.safeMode?.until, report.selfCheck?.at];
  const engine = [report.engine.state, report.engine.version];
  return JSON.stringify([engine, phones, trunks, power, dark, contacts, windows, disks, wide, self, machine]);
}

/** Steps that a person would see in a picture. A figure that trembles within its step is not worth the bytes of a metered line. */
const STEP = {
  cpuPercent: 20,
  memoryPercent: 5,
  diskPercent: 2,
  celsius: 5,
  calls: 1,
  minutesLeft: 1,
  uplinkPercent: 20,
} as const;

/** Whether a figure is another one than headquarters was told. */
export function hasMoved(before: HealthReport, after: HealthReport): boolean {
  const [was, is] = [figuresOf(before), figuresOf(after)];
  return is.some(([value, step], i) => Math.abs(value - (was[i]?.[0] ?? value)) >= step);
}

const figuresOf = (report: HealthReport): (readonly [value: number, step: number])[] => [
  [report.calls, STEP.calls],
  [report.cpu.percent, STEP.cpuPercent],
  [report.memory.usedPercent, STEP.memoryPercent],
  [report.temperatureC ?? 0, STEP.celsius],
  [report.power?.minutesLeft ?? 0, STEP.minutesLeft],
  ...(report.network?.uplinks ?? []).map((one) => [one.usedPercent ?? 0, STEP.uplinkPercent] as const),
  ...report.disks.map(({ usedPercent }) => [usedPercent, STEP.diskPercent] as const),
];

export interface Told {
  readonly report: HealthReport;
  /** Monotonic, ms. */
  readonly at: number;
}

export interface TellingPace {
  /** Headquarters hears at least this often, ms. */
  readonly everyMs: number;
  /** This soon of a figure that is another one, ms. */
  readonly movedMs: number;
  /** And, whatever happens, not more often than this, ms. */
  readonly leastMs: number;
}

/** Milliseconds until this report is to be told: 0 for now. */
export function tellIn(last: Told | undefined, report: HealthReport, now: number, pace: TellingPace): number {
  if (!last) return 0;
  const wait = meansSomething(last.report, report)
    ? pace.leastMs
    : hasMoved(last.report, report)
      ? Math.min(pace.movedMs, pace.everyMs)
      : pace.everyMs;
  return Math.max(0, last.at + wait - now);
}
