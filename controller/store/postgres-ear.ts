/** What other processes at the same PostgreSQL tell, on a line of its own: it is opened again whenever it ends or falls silent. */
import { Client, type ClientConfig } from 'pg';
import type { Ear } from './database.ts';

export const CHANNEL = 'branchline';
const AGAIN_MS = 1_000;
/** A line that is cut says nothing: it is asked so often. */
const LOOK_EVERY_MS = 5_000;

/** @returns what ends it */
export function hearPostgres(where: ClientConfig, answersMs: number, ear: Ear): () => Promise<void> {
  let line: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let opening: Promise<void> = Promise.resolve();
  let ended = false;

  const lost = (of: Client): void => {
    if (line !== of) return;
    line = undefined;
    clearTimeout(timer);
    // An end that fails leaves nothing to be ended.
    of.end().catch(() => undefined);
    if (!ended) timer = setTimeout(open, AGAIN_MS);
  };
  const look = (of: Client): void => {
    timer = setTimeout(() => {
      of.query('select 1').then(
        () => line === of && look(of),
        () => lost(of),
      );
    }, LOOK_EVERY_MS);
  };
  const opened = async (fresh: Client): Promise<void> => {
    fresh.on('notification', ({ payload }) => ear.heard(payload ?? ''));
    fresh.on('error', () => lost(fresh));
    fresh.on('end', () => lost(fresh));
    try {
      await fresh.connect();
      await fresh.query(`listen ${CHANNEL}`);
      if (line !== fresh) return;
      look(fresh);
      ear.anew();
    } catch {
      lost(fresh);
    }
  };
  const open = (): void => {
    line = new Client({
      ...where,
      ...{ connectionTimeoutMillis: answersMs, query_timeout: answersMs, keepAlive: true },
      application_name: 'branchline-hq hears',
    });
    opening = opened(line);
  };
  open();
  return async () => {
    ended = true;
    clearTimeout(timer);
    await opening;
    const last = line;
    line = undefined;
    clearTimeout(timer);
    await last?.end().catch(() => undefined);
  };
}
