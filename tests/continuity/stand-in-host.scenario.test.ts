/** A host of stand-ins at headquarters, both as they ship: what it is told, signed and given to open, and what outlives it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inCloud } from '@branchline/contracts/branch/in-cloud';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import type { BranchContinuity, StandInHost } from '@branchline/contracts/http/continuity';
import { Bed, requestOf, TENANT, type TestBox } from '@branchline/controller/test-bed';
import { sealedFor } from '@branchline/firmware/continuity/shared-secrets';
import { newKeyPair } from '@branchline/runtime/web/x509';
import { CloudHost } from './cloud-host.ts';

const [BRANCH, STAND_IN, HOST, OTHER_HOST] = ['hangzhou', 'hangzhou-standin', 'cloud-1', 'cloud-2'] as const;
const DOCUMENT = {
  schema: 'branchline.branch/1',
  site: {
    id: BRANCH,
    name: { zh: '店', en: 'Shop' },
    country: 'CN',
    timezone: 'Asia/Shanghai',
    language: 'en',
  },
  gateways: { e1: { kind: 'e1', model: 'generic-e1', address: '127.0.0.11' } },
  trunks: {
    pstn: { gateway: 'e1', channels: 30, numbers: ['+86 571 8600 1000'] },
    cloud: {
      channels: 30,
      sip: {
        ...{ server: '127.0.0.1:5999', username: 'shop', secret: 'cloud-box' },
        'stand-in': { username: 'shop-standin', secret: 'cloud-standin' },
      },
    },
  },
  routes: [{ to: 'emergency', via: ['pstn'] }],
  numbers: { main: { number: '+86 571 8600 1000', to: 'queue service' } },
  people: {
    'li.lei': {
      name: { zh: '李雷', en: 'Li Lei' },
      ...{ extension: 8002, phones: ['desk-1'], agent: { queues: ['service'] } },
    },
  },
  phones: { 'desk-1': {} },
  queues: { service: { ring: '15s' } },
  continuity: { 'stand-in': HOST },
};
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const IN_CLOUD = sha256(JSON.stringify(inCloud(DOCUMENT)));
const SOON = { timeout: 20_000, interval: 100 };

const bed = new Bed();
const boxIdentity = mkdtempSync(join(tmpdir(), 'box-identity-'));
let host: CloudHost;
let box: TestBox;
let other: TestBox;
let cookie = '';

/** The box tells what it serves. */
const report = (revision = sha256('1')): Promise<void> =>
  box.tell(
    'reported',
    {
      ...{ v: 1, version: '0.3.0', revision, document: DOCUMENT, warnings: 0, at: new Date().toISOString() },
      desired: { seen: null, common: 0, state: 'none', at: null },
      hardware: { vendor: 'Acme', product: 'One' },
    },
    true,
  );

/** As a box of the firmware does it, with these passwords. */
async function sealPasswords(phone: string): Promise<void> {
  const key = await box.told('stand-in-key', ({ host: named }) => named === HOST);
  const resolved = resolveBranch(DOCUMENT);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  const sealed = sealedFor(key, resolved.branch, {
    identityDir: boxIdentity,
    phoneSecrets: (phones) => Object.fromEntries(phones.map((name) => [name, phone])),
    secretOf: (name) => `${name} secret`,
  });
  await box.tell('stand-in-secrets', sealed);
}

async function get<T>(path: string): Promise<T> {
  const answer = await bed.api(path, { headers: { cookie } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}
const ofBranch = async (): Promise<BranchContinuity | null> =>
  (await get<{ continuity: BranchContinuity | null }>(`/api/boxes/${BRANCH}/continuity`)).continuity;
const hosts = async (): Promise<StandInHost[]> =>
  (await get<{ hosts: StandInHost[] }>('/api/continuity')).hosts;

beforeAll(async () => {
  // The first makes the authority.
  const ofBox = await bed.enrol(BRANCH);
  const [ofHost, ofOther] = [await bed.enrol(HOST), await bed.enrol(OTHER_HOST)];
  writeFileSync(join(boxIdentity, 'ca.crt'), ofBox.ca);
  await bed.start();
  cookie = (await bed.signIn()).cookie;
  const { mqttPort: port } = bed.headquarters.where();
  host = await CloudHost.make({ name: HOST, tenant: TENANT, port, certificate: ofHost });
  box = await bed.box(BRANCH, ofBox);
  other = await bed.box(OTHER_HOST, ofOther);
  host.begin();
  await report();
}, 60_000);
afterAll(async () => {
  await host.end();
  await bed.end();
  rmSync(boxIdentity, { recursive: true });
});

describe('a host that a document names', { timeout: 60_000 }, () => {
  test('has the document and a certificate of the stand-in’s own, and waits for the passwords', async () => {
    await expect.poll(ofBranch, SOON).toMatchObject({
      standInState: 'absent',
      standInWhy: "it waits for the passwords of the branch's box",
    });
    expect(host.read(BRANCH, 'data', 'identity', 'box.crt')).toContain('BEGIN CERTIFICATE');
    expect(sha256(host.read(BRANCH, 'data', 'branch.yaml') ?? '')).toBe(IN_CLOUD);
    expect(host.pid(BRANCH, 'service')).toBeUndefined();
    expect(await hosts()).toMatchObject([{ host: HOST, most: 10, running: 0, branches: [BRANCH] }]);
  });

  test('opens what the box has sealed for it, and runs the stand-in, which headquarters lets in', async () => {
    await sealPasswords('first');
    await expect.poll(ofBranch, SOON).toMatchObject({
      ...{ standInState: 'running', standInWhy: null, hasSecrets: true, documentCurrent: true },
      online: { 'stand-in': true },
    });
    expect(JSON.parse(host.read(BRANCH, 'data', 'phone-secrets.json') ?? '')).toEqual({ 'desk-1': 'first' });
    expect(JSON.parse(host.read(BRANCH, 'data', 'secrets.json') ?? '')).toEqual({
      'cloud-box': 'cloud-box secret',
      'cloud-standin': 'cloud-standin secret',
    });
    expect(await hosts()).toMatchObject([{ host: HOST, running: 1 }]);
  });

  test('takes other passwords, and the engine, which has the calls, goes on', async () => {
    const [service, engine] = [host.pid(BRANCH, 'service'), host.pid(BRANCH, 'engine')];
    await sealPasswords('second');
    await expect.poll(() => host.pid(BRANCH, 'service'), SOON).not.toBe(service);
    const isBack = { standInState: 'running', online: { 'stand-in': true } };
    await expect.poll(ofBranch, SOON).toMatchObject(isBack);
    expect(JSON.parse(host.read(BRANCH, 'data', 'phone-secrets.json') ?? '')).toEqual({ 'desk-1': 'second' });
    expect(host.pid(BRANCH, 'engine')).toBe(engine);
  });

  test('is killed, and its stand-ins go on; begun anew it finds them', async () => {
    const before = [host.pid(BRANCH, 'service'), host.pid(BRANCH, 'engine')];
    await host.kill();
    await expect.poll(hosts, SOON).toMatchObject([{ host: HOST, online: false }]);
    expect(await ofBranch()).toMatchObject({ online: { 'stand-in': true } });
    host.begin();
    await expect.poll(hosts, SOON).toMatchObject([{ host: HOST, online: true, running: 1 }]);
    expect([host.pid(BRANCH, 'service'), host.pid(BRANCH, 'engine')]).toEqual(before);
    expect(await ofBranch()).toMatchObject({ standInState: 'running', online: { 'stand-in': true } });
  });
});

test('a host that no document names is given nothing: no place, no certificate, no passwords', async () => {
  const identity = (): Promise<object> => get<object>(`/api/boxes/${STAND_IN}/identity`);
  const identityBefore = await identity();
  const csr = await requestOf(await newKeyPair(), STAND_IN);
  await other.tell('stand-in-request', { v: 1, branch: BRANCH, csr });
  const { certificate } = await box.told('stand-in-key', () => true);
  await other.tell('stand-in-says', { v: 1, most: 5, certificate, places: [] });
  // What it said is through once headquarters shows what it says after it.
  await other.tell('presence', { v: 1, state: 'online', version: '0.3.0', at: new Date().toISOString() });
  await expect
    .poll(async () => (await get<{ boxes: { box: string; online: boolean }[] }>('/api/boxes')).boxes, SOON)
    .toContainEqual(expect.objectContaining({ box: OTHER_HOST, online: true }));
  for (const leaf of ['stand-in-places', 'stand-in-place', 'stand-in-key', 'lease'] as const)
    expect(other.all(leaf)).toEqual([]);
  expect(await identity()).toEqual(identityBefore);
  expect((await hosts()).map(({ host: name }) => name)).toEqual([HOST]);
  expect(await ofBranch()).toMatchObject({ standInState: 'running' });
});
