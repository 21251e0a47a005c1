/** The files that a broker outside needs of headquarters: certificates, rules, settings. Written once, and again when names or topics change. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import { brokerCertificate, type Authority } from '../enrolment/authority.ts';
import { emqxRules } from './emqx-rules.ts';
import { mosquittoRules } from './mosquitto-rules.ts';
import { mosquittoSettings, type MosquittoPlace } from './mosquitto-settings.ts';

export const BROKER_KINDS = ['mosquitto', 'emqx'] as const;

export interface BrokerFilesWanted {
  readonly kind: (typeof BROKER_KINDS)[number];
  /** Where they are written. */
  readonly dir: string;
  readonly tenant: string;
  /** DNS names and addresses under which boxes and controllers reach it. */
  readonly names: readonly string[];
  /** Where they will be when the broker reads them; for Mosquitto's settings. */
  readonly at: string;
  readonly boxes: MosquittoPlace;
  readonly controllers: MosquittoPlace;
  readonly user: string;
  /** Headquarters' list of revoked certificates, where it has written one. */
  readonly list: string;
}

/** What was written, by name. */
export async function writeBrokerFiles(
  authority: Authority,
  wanted: BrokerFilesWanted,
  clock: Clock,
): Promise<string[]> {
  const { kind, dir, tenant, names, at: readAt, boxes, controllers, user } = wanted;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await brokerCertificate(authority, dir, names, clock);
  chmodSync(join(dir, 'broker.key'), 0o600);
  const files: Record<string, string> = {
    'ca.crt': authority.cert,
    'revoked.crl': readIfThere(wanted.list) ?? (await authority.listOf([])),
    ...(kind === 'mosquitto'
      ? {
          acl: mosquittoRules(tenant),
          'mosquitto.conf': mosquittoSettings({ dir: readAt, boxes, controllers, user }),
        }
      : { 'acl.conf': emqxRules(tenant) }),
  };
  for (const [name, text] of Object.entries(files)) writeFileAtomic(join(dir, name), text, 0o600);
  return ['broker.crt', 'broker.key', ...Object.keys(files)].sort();
}
