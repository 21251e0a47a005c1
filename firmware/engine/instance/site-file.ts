/** What an engine instance is started from: written by the firmware, mode 0600, as the phones' passwords stand in it. */
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Branch } from '@branchline/contracts/branch/model';
import type { EngineSettings } from '../settings.ts';

export interface SiteFile {
  readonly branch: Branch;
  readonly settings: EngineSettings;
  /** Names of numbers whose every destination is recorded. */
  /** Where prompts and recordings are, when not beneath the instance. */
  readonly prompts?: string;
  readonly recordings?: string;
}

const LOOK_MS = 500;

/** A box that nobody has claimed has no branch yet, and its engine nothing to do until it has. */
export async function siteFileThere(path: string): Promise<void> {
  if (existsSync(path)) return;
  console.log(`the engine waits until the box has a branch, and ${path} is there`);
  while (!existsSync(path)) await pause(LOOK_MS);
}

/** @throws naming the file, when it is missing or is no site file. */
export function readSiteFile(path: string): SiteFile {
  const site = parse(path);
  for (const field of ['branch', 'settings'] as const) {
    if (site[field] === undefined)
      throw new Error(`The site file ${path} has no '${field}'. Let the firmware write it again.`);
  }
  return site as SiteFile;
}

function parse(path: string): Partial<SiteFile> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Partial<SiteFile>;
  } catch (cause) {
    throw new Error(`The site file ${path} cannot be read. Let the firmware write it again.`, { cause });
  }
}
