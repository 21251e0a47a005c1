/** What an engine instance is started from: written by the firmware, mode 0600, as the phones' passwords stand in it. */
import { readFileSync } from 'node:fs';
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
