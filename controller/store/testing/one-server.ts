/**
 * For tests: one PostgreSQL server for a whole run. It is started by the first test that asks for it, in whichever worker, and
 * ended with the run. As vitest's global setup it only says where.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { PostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the server of this run. */
    postgres: string;
  }
}

export default function setup(project: TestProject): () => Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'hq-pg-run-'));
  // Root's own folder, through which another user is to reach its.
  chmodSync(dir, 0o711);
  project.provide('postgres', dir);
  return async () => {
    await PostgresServer.endAt(join(dir, 'server'));
    rmSync(dir, { recursive: true, force: true });
  };
}

const STARTS_MS = 30_000;
const LOOK_MS = 50;

/** The URL of a database of that server. @throws where there is no server, and none can be started */
export async function urlOf(dir: string, database: string): Promise<string> {
  const server = join(dir, 'server');
  const [started, failed] = [join(dir, 'started'), join(dir, 'failed')];
  if (isFirst(server)) {
    try {
      (await PostgresServer.start(server)).leave();
      writeFileSync(started, '');
    } catch (error) {
      writeFileSync(failed, '');
      throw error;
    }
  }
  for (let waited = 0; !existsSync(started); waited += LOOK_MS) {
    if (existsSync(failed) || waited > STARTS_MS) throw new Error('the PostgreSQL of this run did not start');
    await pause(LOOK_MS);
  }
  return PostgresServer.urlAt(server, database);
}

function isFirst(server: string): boolean {
  try {
    mkdirSync(server);
    return true;
  } catch {
    return false;
  }
}
