/**
 * Whether a figure may count: the core that makes the load must have had room, and nobody else may have worked on the cores
 * while it was taken. Otherwise it tells of the machine and not of the product.
 */
import { coreNumber, type Core } from './cores.ts';
import { coreTimes, familyCpuMs, type CoreTimes } from './proc.ts';
import type { Programs } from './programs.ts';

/** A generator busier than this may be what is slow. */
const MOST_LOAD = 0.8;
/** Of a core, by processes that are not of the bench. The kernel's own threads and the grain of /proc/stat stay well below. */
const MOST_OTHERS = 0.06;

const CORES: readonly Core[] = ['measured', 'load'];

/** One core between two moments, in shares of the time. */
export interface CoreUse {
  readonly busy: number;
  readonly others: number;
}
export type Use = Readonly<Record<Core, CoreUse>>;

export interface Witnessed<T> {
  readonly value: T;
  readonly use: Use;
}

/** Does it, and says what the cores did meanwhile. What runs of `programs` at the end counts as the bench's own; none may end before. */
export async function witnessed<T>(programs: Programs, measure: () => Promise<T>): Promise<Witnessed<T>> {
  const before = look(programs);
  const value = await measure();
  const after = look(programs);
  return { value, use: { measured: useOf('measured', before, after), load: useOf('load', before, after) } };
}

/** Why figures that were taken under this use do not count; empty when they do. */
export function faultsOf(use: Use): string[] {
  const others = CORES.filter((core) => use[core].others > MOST_OTHERS).map(
    (core) => `others used ${percent(use[core].others)} of the ${NAMES[core]} core`,
  );
  // Where others were on it, the generator is not to blame.
  const isBusy = use.load.busy > MOST_LOAD && use.load.others <= MOST_OTHERS;
  return isBusy ? [`the ${NAMES.load} core was busy ${percent(use.load.busy)}`, ...others] : others;
}

const NAMES: Readonly<Record<Core, string>> = { measured: 'measured', load: "generator's" };
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

interface Look {
  readonly at: number;
  readonly cores: Readonly<Record<Core, CoreTimes>>;
  readonly own: Readonly<Record<Core, ReadonlyMap<number, number>>>;
}

function look(programs: Programs): Look {
  const own = (core: Core): Map<number, number> => {
    const pids = [...programs.pidsOn(core), ...(core === 'load' ? [process.pid] : [])];
    return new Map(pids.map((pid) => [pid, familyCpuMs(pid)]));
  };
  return {
    at: performance.now(),
    cores: { measured: coreTimes(coreNumber('measured')), load: coreTimes(coreNumber('load')) },
    own: { measured: own('measured'), load: own('load') },
  };
}

function useOf(core: Core, before: Look, after: Look): CoreUse {
  const lasted = after.at - before.at;
  const worked = after.cores[core].worked - before.cores[core].worked;
  const interrupts = after.cores[core].interrupts - before.cores[core].interrupts;
  // Where nothing is pinned both names mean the whole machine, and so both kinds of processes are its own.
  const names = coreNumber(core) === '' ? CORES : [core];
  const own = names
    .flatMap((name) => [...after.own[name]].map(([pid, ms]) => ms - (before.own[name].get(pid) ?? 0)))
    .reduce((sum, ms) => sum + ms, 0);
  const busy = coreNumber(core) === '' ? ownLoad(before, after) : worked + interrupts;
  return { busy: busy / lasted, others: Math.max(0, worked - own) / lasted };
}

/** Of the generator alone, where no core is its own. */
const ownLoad = (before: Look, after: Look): number =>
  (after.own.load.get(process.pid) ?? 0) - (before.own.load.get(process.pid) ?? 0);
