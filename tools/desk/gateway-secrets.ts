/** The secrets that a document names for its gateways and lines: made once, known to the box and to the lab alike. */
import { randomBytes } from 'node:crypto';
import type { Branch } from '@branchline/contracts/branch/model';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { secretsPath } from '@branchline/firmware/branch/secrets';

export type Secrets = Readonly<Record<string, string>>;

/** Those that are there stay as they are. */
export function gatewaySecrets(dataDir: string, { gateways }: Pick<Branch, 'gateways'>): Secrets {
  const path = secretsPath(dataDir);
  const there = JSON.parse(readIfThere(path) ?? '{}') as Secrets;
  const wanted = Object.values(gateways).flatMap(({ watch, line }) =>
    [
      ...[watch?.snmp?.secret, watch?.console?.secret, watch?.http?.secret],
      ...[line?.secret, line?.standIn?.secret],
    ].filter((name) => name !== undefined),
  );
  const missing = [...new Set(wanted)].filter((name) => there[name] === undefined);
  if (missing.length === 0) return there;
  const all = {
    ...there,
    ...Object.fromEntries(missing.map((name) => [name, randomBytes(12).toString('hex')])),
  };
  writeFileAtomic(path, `${JSON.stringify(all, null, 2)}\n`, 0o600);
  return all;
}
