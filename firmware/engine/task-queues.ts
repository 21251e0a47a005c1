/** What the engine has still to do: its own queues of tasks (taskprocessors), of which ARI says nothing. */
import type { CommandLine } from './command-line.ts';
import type { TaskQueue } from './port.ts';

/** Name, processed, in queue, max depth, low water, high water; newer engines add figures. */
const LINE = /^(\S+)\s+\d+\s+(\d+)\s+\d+\s+(-?\d+)\s+(-?\d+)(?:\s+\d+)*\s*$/;

/** @throws EngineSilent */
export const taskQueues = async (line: CommandLine): Promise<TaskQueue[]> =>
  taskQueuesIn(await line.ask('core show taskprocessors'));

export const taskQueuesIn = (said: string): TaskQueue[] =>
  said.split('\n').flatMap((text) => {
    const [, name, depth, low, high] = LINE.exec(text) ?? [];
    if (name === undefined) return [];
    return [{ name, depth: Number(depth), low: Number(low), high: Number(high) }];
  });
