/** Work that nobody waits for: a fault of it is told to the log, and costs nothing else. */
import type { Log } from './log.ts';

export type InBackground = (what: string, work: Promise<unknown>) => void;

export const inBackground =
  (log: Log): InBackground =>
  (what, work) => {
    work.catch((error: unknown) => log.error({ err: error, what }, 'something in the background failed'));
  };
