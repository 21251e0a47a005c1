import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Branch } from '@branchline/contracts/branch/model';
import { secretsPurpose } from '@branchline/contracts/shared-secrets';
import { unseal } from '@branchline/runtime/sealed';
import { branchOf, smallBranch } from '../calls/bench.ts';
import { readIdentity } from '../uplink/identity.ts';
import { throwAwayPki, type Pki } from '../uplink/testing/pki.ts';
import { sealedFor, type SharingPlace } from './shared-secrets.ts';

const HOST = 'cloud-1';
const SECRETS: Readonly<Record<string, string>> = {
  'cloud-box': 'of the box’s line',
  'cloud-standin': 'of the stand-in’s line',
  'e1-snmp': 'of a gateway',
};

let dir: string;
let pki: Pki;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shared-secrets-'));
  pki = await throwAwayPki();
  await enrolled(pki, 'box-1');
});
afterEach(() => rmSync(dir, { recursive: true }));

/** @returns the folder of its certificate and key */
async function enrolled(authority: Pki, name: string, as = name): Promise<string> {
  const identityDir = join(dir, name);
  await readIdentity({ identityDir, tenant: 'main', box: name });
  await authority.enrol(identityDir, { box: as });
  return identityDir;
}
const keyOf = (folder: string) => ({
  ...{ v: 1 as const, host: HOST },
  certificate: readFileSync(join(folder, 'box.crt'), 'utf8'),
});
const place = (): SharingPlace => ({
  identityDir: join(dir, 'box-1'),
  phoneSecrets: (phones) => Object.fromEntries(phones.map((name) => [name, `of ${name}`])),
  secretOf: (name) => SECRETS[name],
});

function branch(standIn = HOST): Branch {
  const sip = {
    ...{ server: 'sip.carrier.example', username: 'shop', secret: 'cloud-box' },
    'stand-in': { username: 'shop-standin', secret: 'cloud-standin' },
  };
  const trunks = { ...smallBranch.trunks, cloud: { sip, channels: 10 } };
  return branchOf({ ...smallBranch, trunks, continuity: { 'stand-in': standIn } });
}

test('the host alone can read them: those of the telephones and of the cloud lines, and no other', async () => {
  const folder = await enrolled(pki, HOST);
  const { sealed, host } = sealedFor(keyOf(folder), branch(), place());
  const key = readFileSync(join(folder, 'box.key'), 'utf8');
  const opened = unseal(key, secretsPurpose(branch().site.id, HOST), sealed) ?? '';
  expect(host).toBe(HOST);
  expect(JSON.parse(opened)).toEqual({
    phones: Object.fromEntries(Object.keys(branch().phones).map((name) => [name, `of ${name}`])),
    secrets: { 'cloud-box': SECRETS['cloud-box'], 'cloud-standin': SECRETS['cloud-standin'] },
  });
  expect(unseal(key, secretsPurpose('another-branch', HOST), sealed)).toBeUndefined();
  const other = readFileSync(join(await enrolled(pki, 'cloud-2'), 'box.key'), 'utf8');
  expect(unseal(other, secretsPurpose(branch().site.id, HOST), sealed)).toBeUndefined();
});

test('a host that the document does not name is told nothing', async () => {
  const key = keyOf(await enrolled(pki, HOST));
  expect(() => sealedFor(key, branch('cloud-9'), place())).toThrow(
    'is not the stand-in host that the document names',
  );
});

test.each<[string, () => Promise<string>]>([
  ['a certificate of another authority', async () => enrolled(await throwAwayPki(), HOST)],
  ['the certificate of somebody else', () => enrolled(pki, HOST, 'box-7')],
])('%s: nothing is sealed for it', async (_, folder) => {
  const key = keyOf(await folder());
  expect(() => sealedFor(key, branch(), place())).toThrow("signed by this fleet's authority");
});
