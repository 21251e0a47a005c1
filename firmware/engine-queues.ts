/** Asks the engine once a minute how far it is behind, and raises what lasts. */
import { join } from 'node:path';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Around } from './around.ts';
import { commandLine, type CommandLine } from './engine/command-line.ts';
import { taskQueues } from './engine/task-queues.ts';
import type { Alarms } from './health/alarms.ts';
import { behindStep, ON_TIME } from './health/engine-watch.ts';

export const LOOK_MS = 60_000;
const ANSWER_MS = 5_000;
const SUBJECT = 'engine';

export const makeEngineQueues = (
  { settings, clock }: Pick<Around, 'settings' | 'clock'>,
  alarms: Alarms,
): Part =>
  engineQueuesPart(clock, commandLine(join(settings.engineDir, 'run/asterisk.ctl'), ANSWER_MS), alarms);

export function engineQueuesPart(clock: Clock, line: CommandLine, alarms: Alarms): Part {
  let behind = ON_TIME;
  let timer: Timer | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    try {
      behind = behindStep(behind, await taskQueues(line));
    } catch {
      // That it does not answer is an alarm of its own.
      behind = behind.worst ? behind : ON_TIME;
    }
    if (stopped) return;
    const { worst } = behind;
    if (worst) alarms.raise('engine-behind', SUBJECT, `${worst.name}: ${worst.depth} / ${worst.high}`);
    else if (behind.looks === 0) alarms.clear('engine-behind', SUBJECT);
    later();
  };
  const later = (): void => {
    timer = clock.after(LOOK_MS, () => void look());
  };
  return {
    name: 'engine-queues',
    start: later,
    stop: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}
