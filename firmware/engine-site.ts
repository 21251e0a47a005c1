/** From document and settings to the file the engine starts from. Written whole; true when it has changed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { phoneSecrets } from './branch/phone-secrets.ts';
import type { SiteFile } from './engine/instance/site-file.ts';
import type { Settings } from './settings.ts';

export const engineSitePath = (settings: Settings): string => join(settings.dataDir, 'engine-site.json');
export const rawRecordingsDir = (settings: Settings): string => join(settings.dataDir, 'recordings-raw');

/** What the engine's files are made from. Makes a password for each phone that has none. */
export function engineSite(settings: Settings, branch: Branch): SiteFile {
  const { sipAddress, sipPort, rtpFirst, rtpLast, ariPort, dataDir, promptsDir } = settings;
  const phones = Object.keys(branch.phones);
  const secrets = phoneSecrets(dataDir, phones);
  return {
    branch,
    settings: {
      sip: { address: sipAddress, port: sipPort },
      mediaAddress: settings.mediaAddress ?? sipAddress,
      rtp: { first: rtpFirst, last: rtpLast },
      ari: { port: ariPort },
      phoneSecrets: Object.fromEntries(phones.map((phone) => [phone, secrets[phone] ?? ''])),
    },
    prompts: promptsDir,
    recordings: rawRecordingsDir(settings),
  };
}

export function writeEngineSite(settings: Settings, branch: Branch): boolean {
  for (const dir of [settings.dataDir, rawRecordingsDir(settings)])
    mkdirSync(dir, { recursive: true, mode: 0o750 });
  const text = `${JSON.stringify(engineSite(settings, branch))}\n`;
  const path = engineSitePath(settings);
  if (readIfThere(path) === text) return false;
  writeFileAtomic(path, text, 0o600);
  return true;
}
