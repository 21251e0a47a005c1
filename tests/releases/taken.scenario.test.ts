/**
 * A release from headquarters to a box that runs it: headquarters as it ships, the box's service and the root side as processes of their own. There is no
 * engine: what the box has to lose is its line to headquarters.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SentCommand } from '@branchline/contracts/http/commands';
import { Bed } from '@branchline/controller/test-bed';
import { schemaNumbers } from '@branchline/firmware/store/schema-numbers';
import { newKeys } from '@branchline/runtime/signed-archive/signature';
import { madeRelease } from './made.ts';
import { BOX, software, UpdatedBox } from './updated-box.ts';

const dir = mkdtempSync(join(tmpdir(), 'taken-'));
const [keys, others] = [newKeys(), newKeys()];
const bed = new Bed({ BRANCHLINE_HQ_RELEASE_KEYS: dir });
const box = new UpdatedBox();
let headers: Record<string, string>;

beforeAll(async () => {
  // Headquarters believes both; the box one of them.
  writeFileSync(join(dir, 'ours.pub'), keys.publicKey);
  writeFileSync(join(dir, 'others.pub'), others.publicKey);
  const certificate = await bed.enrol(BOX);
  await bed.start();
  headers = await bed.signIn();
  await box.prepare(certificate, bed.headquarters.where().mqttPort, await software('1.4.0'), '1.4.0');
  writeFileSync(join(box.keys, 'ours.pub'), keys.publicKey);
  box.start();
}, 60_000);
afterAll(async () => {
  await box.end();
  await bed.end();
  rmSync(dir, { recursive: true });
});

const runs = (version: string): Promise<void> =>
  expect
    .poll(async () => (await asked<{ online: boolean; version: string }>(`/api/boxes/${BOX}`)) ?? {}, {
      timeout: 20_000,
    })
    .toMatchObject({ online: true, version });

async function asked<T>(path: string): Promise<T | undefined> {
  const answer = await bed.api(path, { headers });
  return answer.ok ? ((await answer.json()) as T) : undefined;
}

/** Brought to headquarters and ordered. */
async function order(version: string, { key = keys.privateKey, first = '' } = {}): Promise<string> {
  const archive = await madeRelease(await software(version, first), key, { version, ...schemaNumbers() });
  const brought = await bed.api('/api/releases', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/gzip' },
    body: new Uint8Array(archive),
  });
  expect(brought.status).toBe(200);
  const ordered = await bed.api(`/api/boxes/${BOX}/release`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ version, when: 'now', kbitS: 1_000_000, wellForS: 5, proveWithinS: 10 }),
  });
  const command = (await ordered.json()) as SentCommand;
  expect([ordered.status, command.do]).toEqual([200, 'release']);
  return command.id;
}

async function end(id: string): Promise<SentCommand | undefined> {
  let found: SentCommand | undefined;
  await expect
    .poll(
      async () => {
        const listed = await asked<{ commands: SentCommand[] }>(`/api/boxes/${BOX}/commands`);
        found = listed?.commands.find((each) => each.id === id);
        return found?.endedAt ?? null;
      },
      { timeout: 60_000, interval: 200 },
    )
    .not.toBeNull();
  return found;
}

test('a release is fetched, taken and proved, and the box says that it runs it', async () => {
  await runs('1.4.0');
  expect(await end(await order('1.5.0'))).toMatchObject({ state: 'done', answer: { version: '1.5.0' } });
  await runs('1.5.0');
  await expect.poll(() => box.rootState()).toMatchObject({ current: '1.5.0', confirmed: true });
  expect(box.current).toBe('1.5.0');
}, 90_000);

test('one under which headquarters is lost is gone back from, and what was lost is told', async () => {
  const id = await order('1.6.0', { first: "process.env.BRANCHLINE_BOX_HQ_PORT = '1';" });
  expect(await end(id)).toMatchObject({
    state: 'failed',
    because: 'went-back',
    answer: { version: '1.6.0', lost: ['headquarters'] },
  });
  await runs('1.5.0');
  expect(box.rootState()).toMatchObject({ current: '1.5.0', confirmed: true });
}, 90_000);

test('one whose service ends at once is gone back from by root, without anybody who asks', async () => {
  const id = await order('1.7.0', { first: 'process.exit(1);' });
  expect(await end(id)).toMatchObject({
    state: 'failed',
    because: 'went-back',
    answer: { version: '1.7.0' },
  });
  await runs('1.5.0');
  expect(box.said).toContain('back from release 1.7.0: its service did not start within 8 s');
}, 90_000);

test('one that a key signed which only headquarters believes is refused by the box, and nothing is begun anew', async () => {
  const { starts } = box;
  const id = await order('1.8.0', { key: others.privateKey });
  expect(await end(id)).toMatchObject({ state: 'refused', because: 'archive-refused' });
  expect([box.current, box.starts]).toEqual(['1.5.0', starts]);
}, 90_000);
