/** From document and settings to the file the engine starts from. Written whole; true when it has changed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Branch } from '@branchline/contracts/branch/model';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { phoneSecrets } from './branch/phone-secrets.ts';
import { secretOf } from './branch/secrets.ts';
import { isLinePassword } from './engine/files/text.ts';
import type { SiteFile } from './engine/instance/site-file.ts';
import type { Settings } from './settings.ts';

export const engineSitePath = (settings: Settings): string => join(settings.dataDir, 'engine-site.json');
/** Certificates of a branch's own for its lines by TLS, PEM. */
export const lineCaPath = (settings: Settings): string => join(settings.dataDir, 'line-ca.pem');
export const rawRecordingsDir = (settings: Settings): string => join(settings.dataDir, 'recordings-raw');

/** What the engine's files are made from. Makes a password for each phone that has none. */
export function engineSite(settings: Settings, branch: Branch): SiteFile {
  const { sipAddress, sipPort, rtpFirst, rtpLast, ariPort, dataDir, promptsDir } = settings;
  const phones = Object.keys(branch.phones);
  const secrets = phoneSecrets(dataDir, phones);
  const lineCa = lineAuthorities(settings, branch);
  return {
    branch,
    settings: {
      sip: { address: sipAddress, port: sipPort },
      mediaAddress: settings.mediaAddress ?? sipAddress,
      rtp: { first: rtpFirst, last: rtpLast },
      ari: { port: ariPort },
      bootWaitS: settings.bootWaitS,
      phoneSecrets: Object.fromEntries(phones.map((phone) => [phone, secrets[phone] ?? ''])),
      ...lineSecrets(dataDir, branch),
      ...(lineCa === undefined ? {} : { lineCa }),
    },
    prompts: promptsDir,
    recordings: rawRecordingsDir(settings),
  };
}

/** The branch's own, else those that everybody trusts; nothing where no line needs them. */
function lineAuthorities(settings: Settings, { gateways }: Branch): string | undefined {
  const isByTls = Object.values(gateways).some(({ line }) => line?.transport === 'tls');
  return isByTls ? (readIfThere(lineCaPath(settings)) ?? rootCertificates.join('\n')) : undefined;
}

/** Of lines whose password has not been put there yet, or cannot stand in an engine file, nothing: they are refused by their far end, and shown so. */
function lineSecrets(dataDir: string, branch: Branch): { lineSecrets?: Readonly<Record<string, string>> } {
  const names = Object.values(branch.gateways).flatMap(({ line }) => line?.secret ?? []);
  const found = names.flatMap((name) => {
    const secret = secretOf(dataDir, name);
    return secret === undefined || !isLinePassword(secret) ? [] : [[name, secret] as const];
  });
  return found.length === 0 ? {} : { lineSecrets: Object.fromEntries(found) };
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
