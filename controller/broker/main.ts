/** files --for mosquitto|emqx --names NAMES --dir DIR: what a broker outside headquarters needs, written into DIR (docs/external-broker.md). */
import { isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '@branchline/runtime/clock';
import { parseListen } from '@branchline/runtime/web/listen';
import { openAuthority } from '../enrolment/authority.ts';
import { readSettings } from '../settings.ts';
import { storePaths } from '../store/open.ts';
import { BROKER_KINDS, writeBrokerFiles, type BrokerFilesWanted } from './broker-files.ts';
import type { MosquittoPlace } from './mosquitto-settings.ts';

const USAGE = `usage: node controller/broker/main.ts files --for ${BROKER_KINDS.join('|')} --names NAME,ADDRESS --dir DIR
    of mosquitto also: [--read-at DIR] [--boxes ADDRESS:PORT] [--controllers ADDRESS:PORT] [--user NAME]`;

async function main(): Promise<void> {
  const settings = readSettings();
  const { identity } = storePaths(settings.dataDir);
  const wanted = readArguments();
  const authority = await openAuthority(identity, settings.tenant, systemClock);
  const list = join(identity, 'revoked.crl');
  const written = await writeBrokerFiles(
    authority,
    { ...wanted, tenant: settings.tenant, list },
    systemClock,
  );
  for (const name of written) console.log(join(wanted.dir, name));
}

function readArguments(): Omit<BrokerFilesWanted, 'tenant' | 'list'> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    options: {
      for: text,
      names: text,
      dir: text,
      'read-at': text,
      boxes: { ...text, default: '0.0.0.0:8883' },
      controllers: { ...text, default: '127.0.0.1:8885' },
      user: { ...text, default: 'mosquitto' },
    },
    allowPositionals: true,
  });
  const kind = BROKER_KINDS.find((one) => one === values.for);
  const { dir, boxes, controllers, user } = values;
  const names = (values.names ?? '').split(',').filter((name) => name !== '');
  if (positionals[0] !== 'files' || kind === undefined || dir === undefined || names.length === 0)
    throw new Error(USAGE);
  const at = values['read-at'] ?? resolve(dir);
  if (!isAbsolute(at) || /\s/.test(at))
    throw new Error(
      `--read-at '${at}': write the whole path, without blanks, at which the broker reads its files`,
    );
  return { kind, dir, names, at, boxes: place(boxes), controllers: place(controllers), user };
}

function place(text: string): MosquittoPlace {
  const { host, port } = parseListen(text);
  return { address: host, port };
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
