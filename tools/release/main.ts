/**
 * `npm run release -- keygen NAME | build FILE --key KEY... | show FILE --key PUBLIC... |
 * unpack FILE --key PUBLIC... --into FOLDER`: releases of the software.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { newKeys, nameOfKey } from '@branchline/runtime/signed-archive/signature';
import { buildRelease } from './build.ts';
import { showRelease, unpackRelease } from './read.ts';

const USAGE = `npm run release -- keygen NAME                                 NAME.key (keep it off every server) and NAME.pub
npm run release -- build FILE --key NAME.key [--key ...]       builds what is committed, and signs it
npm run release -- show FILE --key NAME.pub [--key ...]        checks it to its last byte, and says what it is
npm run release -- unpack FILE --key NAME.pub --into FOLDER    the same, and unpacks it`;

function keygen(name: string): void {
  for (const path of [`${name}.key`, `${name}.pub`])
    if (existsSync(path)) throw new Error(`${path} exists: a key is never written over; choose another name`);
  const keys = newKeys();
  writeFileSync(`${name}.key`, keys.privateKey, { mode: 0o600, flag: 'wx' });
  writeFileSync(`${name}.pub`, keys.publicKey, { flag: 'wx' });
  console.log(`${name}.key, ${name}.pub: key ${nameOfKey(keys.publicKey)}`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string', multiple: true, default: [] }, into: { type: 'string' } },
  });
  const [verb, file] = positionals;
  if (file === undefined || positionals.length > 2) throw new Error(USAGE);
  if (verb === 'keygen') return void keygen(file);
  if (values.key.length === 0) throw new Error(`--key is missing\n${USAGE}`);
  const keys = values.key.map((path) => readFileSync(path, 'utf8'));
  if (verb === 'build') return void (await buildRelease(file, keys));
  if (verb === 'show') return void (await showRelease(file, keys));
  if (verb === 'unpack' && values.into !== undefined)
    return void (await unpackRelease(file, keys, values.into));
  throw new Error(USAGE);
}

await main().catch((fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : String(fault));
  process.exitCode = 1;
});
