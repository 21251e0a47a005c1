/**
 * An engine that runs takes over another document: the files that have changed are written anew, and the modules that read them are told. Calls
 * in progress keep what they were set up with; registrations stay.
 */
import {
  chmodSync,
  chownSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { readIfThere } from '@branchline/runtime/atomic-file';
import { commandLine } from '../command-line.ts';
import { renderEngineFiles } from '../files/render.ts';
import type { EngineSettings } from '../settings.ts';
import type { EngineAccess } from './start.ts';

export interface RefreshOrder {
  /** InstanceLayout.etc of the engine that runs. */
  readonly etc: string;
  /** InstanceLayout.access: whose birth it is, and where its command line listens. */
  readonly accessFile: string;
  readonly branch: Branch;
  readonly settings: EngineSettings;
  /** For each command, in ms. */
  readonly timeoutMs: number;
}

export interface Refreshed {
  readonly reloaded: readonly string[];
  /** Files that only a new start of the engine reads. */
  readonly atNextStart: readonly string[];
}

/** What makes the engine read a file again. */
const RELOADS: Readonly<Record<string, readonly string[]>> = {
  'pjsip.conf': ['module reload res_pjsip.so', 'module reload res_pjsip_outbound_registration.so'],
  'extensions.conf': ['dialplan reload'],
  'musiconhold.conf': ['moh reload'],
};

/** @throws UnsafeValue before anything is written; EngineSilent when the engine does not answer: its files are then read at its next start */
export async function refreshInstance(order: RefreshOrder): Promise<Refreshed> {
  const { etc, accessFile, branch, settings, timeoutMs } = order;
  const access = JSON.parse(readFileSync(accessFile, 'utf8')) as EngineAccess;
  const birth = { id: access.birth, ariSecret: access.secret };
  const files = [...renderEngineFiles({ branch, settings, birth })];
  const changed = files.filter(([name, text]) => readIfThere(join(etc, name)) !== text);
  for (const [name, text] of changed) replaceFile(join(etc, name), text);
  const names = changed.map(([name]) => name);
  const line = commandLine(access.control, timeoutMs);
  const reloaded = names.filter((name) => RELOADS[name] !== undefined);
  for (const command of reloaded.flatMap((name) => RELOADS[name] ?? [])) await line.ask(command);
  return { reloaded, atNextStart: names.filter((name) => RELOADS[name] === undefined) };
}

/** Whole or not at all, for the account that could read it before. */
function replaceFile(path: string, text: string): void {
  // A file that was not there before is for the same readers as the others beside it.
  const { uid, gid, mode } = statSync(existsSync(path) ? path : join(dirname(path), 'pjsip.conf'));
  const part = `${path}.part`;
  rmSync(part, { force: true });
  writeFileSync(part, text, { mode: 0o600 });
  chownSync(part, uid, gid);
  chmodSync(part, mode & 0o777);
  renameSync(part, path);
}
