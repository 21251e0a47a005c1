/**
 * Whether a figure may count: the core that makes the load must have had room, and nobody else may have worked on the cores
 * while it was taken. Otherwise it tells of the machine and not of the product.
 */
import { coreNumber, type Core } from './cores.ts';
import { coreTimes, familyCpuMs, otherProgramsMs, type CoreTimes } from './proc.ts';

/** A generator busier than this may be what is slow. */
const MOST_LOAD = 0.8;
/**
 * Of a core, by programs that are not of the bench. Threads of the kernel are not counted: on a quiet machine they work for whoever
 * writes and sends, which is the bench.
 */
const MOST_OTHERS = 0.06;
/** Of a core that the host of a virtual machine gave to others while there was work for it. */
const MOST_STOLEN = 0.25;
/** Between two arms that are compared: one of them was on a slower machine otherwise. */
export const MOST_STOLEN_APART = 0.08;

const CORES: readonly Core[] = ['measured', 'load'];

/** One core between two moments, in shares of the time. */
export interface CoreUse {
  readonly busy: number;
  readonly others: number;
  readonly stolen: number;
}
export type Use = Readonly<Record<Core, CoreUse>>;

export interface Witnessed<T> {
  readonly value: T;
  readonly use: Use;
}

/** Does it, and says what the cores did meanwhile. All that this process has started counts as the bench's own. */
export async function witnessed<T>(measure: () => Promise<T>): Promise<Witnessed<T>> {
  const before = look();
  const value = await measure();
  const after = look();
  return { value, use: { measured: useOf('measured', before, after), load: useOf('load', before, after) } };
}

/** Why figures that were taken under this use do not count; empty when they do. */
export function faultsOf(use: Use): string[] {
  const taken = CORES.flatMap((core) => {
    const { others, stolen } = use[core];
    return [
      ...(others > MOST_OTHERS ? [`others used ${percent(others)} of the ${NAMES[core]} core`] : []),
      ...(stolen > MOST_STOLEN ? [`the host took ${percent(stolen)} of the ${NAMES[core]} core`] : []),
    ];
  });
  // Where others were on it, the generator is not to blame.
  const isBusy = use.load.busy > MOST_LOAD && taken.length === 0;
  return isBusy ? [`the ${NAMES.load} core was busy ${percent(use.load.busy)}`] : taken;
}

const NAMES: Readonly<Record<Core, string>> = { measured: 'measured', load: "generator's" };
export const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

interface Look {
  readonly at: number;
  readonly cores: Readonly<Record<Core, CoreTimes>>;
  /** CPU time in ms of this process, which is the generator. */
  readonly generator: number;
  readonly others: ReadonlyMap<number, number>;
}

const look = (): Look => ({
  at: performance.now(),
  cores: { measured: coreTimes(coreNumber('measured')), load: coreTimes(coreNumber('load')) },
  generator: familyCpuMs(process.pid),
  others: otherProgramsMs(process.pid),
});

/** Which core another program was on is not known, so it counts on both. */
function useOf(core: Core, before: Look, after: Look): CoreUse {
  const lasted = after.at - before.at;
  const stolen = after.cores[core].stolen - before.cores[core].stolen;
  const others = [...after.others].reduce((sum, [pid, ms]) => sum + ms - (before.others.get(pid) ?? 0), 0);
  // Where nothing is pinned, both names mean the whole machine: of the generator there is no core of its own to look at.
  const busy =
    coreNumber(core) === ''
      ? after.generator - before.generator
      : after.cores[core].busy - before.cores[core].busy;
  return { busy: busy / lasted, others: others / lasted, stolen: stolen / lasted };
}
