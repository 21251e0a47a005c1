/** The life of a service: things that start in order and stop in the opposite order, each with an end to its stopping. */
import type { Log } from './log.ts';

export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  stop(): Promise<void> | void;
}

const STOP_MS = 5_000;

export async function runService(parts: readonly Part[], log: Log): Promise<void> {
  const started: Part[] = [];
  const stopAll = async (): Promise<void> => {
    for (const part of started.splice(0).reverse()) await stopOne(part, log);
  };
  try {
    for (const part of parts) {
      await part.start();
      started.push(part);
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  const onSignal = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'stopping');
    void stopAll().then(() => process.exit(0));
  };
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
}

async function stopOne(part: Part, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not stop within ${STOP_MS} ms`)), STOP_MS);
  });
  try {
    await Promise.race([part.stop(), tooLong]);
  } catch (error) {
    log.warn({ part: part.name, err: error }, 'a part did not stop well');
  } finally {
    clearTimeout(timer);
  }
}
