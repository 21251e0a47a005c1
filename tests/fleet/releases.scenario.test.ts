/**
 * A release over a fleet on the wire: headquarters as it ships, boxes simulated by the contract. A good one reaches all of them in waves; one that
 * a box goes back from stops there, and every box runs what it ran.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RolloutPreview } from '@branchline/contracts/http/rollouts';
import { newKeys } from '@branchline/runtime/signed-archive/signature';
import { madeRelease } from '../releases/made.ts';
import { Fleet, WELL } from './fleet.ts';

const dir = mkdtempSync(join(tmpdir(), 'fleet-releases-'));
const keys = newKeys();
const names = ['b0', 'b1', 'b2', 'b3'];
const fleet = new Fleet(names, () => WELL, {
  release: (name, version) => (name === 'b2' && version === '0.4.0' ? 'failed' : 'done'),
  settings: { BRANCHLINE_HQ_RELEASE_KEYS: dir },
});

beforeAll(async () => {
  writeFileSync(join(dir, 'ours.pub'), keys.publicKey);
  await fleet.start();
}, 60_000);
afterAll(async () => {
  await fleet.end();
  rmSync(dir, { recursive: true });
});

const waves = [{ take: 'boxes', boxes: ['b0'] }, { take: 'boxes', boxes: ['b1', 'b2'] }, { take: 'rest' }];
const plan = (version: string, more: object = {}) => ({
  ...{ name: `release ${version}`, boxes: names, waves, hours: { by: 'any' }, atOnce: 1 },
  gates: { soakS: 1, patienceS: 0 },
  change: { kind: 'release', version, ...more },
});
const bring = async (version: string): Promise<void> =>
  fleet.bring(await madeRelease({ version }, keys.privateKey, { version, architecture: 'x64' }));
const hinders = async (version: string): Promise<(string | null)[]> => {
  const { json } = await fleet.ask('/api/rollouts/check', plan(version));
  return (json as RolloutPreview).boxes.map((box) => box.hinders);
};
const running = (): string[] => names.map((name) => fleet.box(name).software);

test('what headquarters has not got is not begun, nor what could not be taken back', async () => {
  await fleet.here(names.length);
  expect(await hinders('0.3.0')).toEqual(Array(4).fill('no-release'));
  await bring('0.3.0');
  expect(await hinders('0.3.0')).toEqual(Array(4).fill('release-not-kept'));
  await bring('0.2.0');
  expect(await hinders('0.3.0')).toEqual(Array(4).fill(null));
  await bring('0.1.0');
  expect(await hinders('0.1.0')).toEqual(Array(4).fill('older-release'));
});

test('a good one reaches every box, a wave at a time, and no box is asked twice', async () => {
  const { id } = await fleet.begin(plan('0.3.0'));
  const done = await fleet.until(id, ({ status }) => status !== 'running');
  expect(done).toMatchObject({ status: 'done', counts: { good: 4 } });
  expect(running()).toEqual(Array(4).fill('0.3.0'));
  expect(names.map((name) => fleet.box(name).ordered)).toEqual(Array(4).fill(['0.3.0']));
  expect(done.boxes[0]).toMatchObject({ had: '0.2.0', version: null });
}, 90_000);

test('one that a box goes back from stops there, and all that were touched run what they ran', async () => {
  await bring('0.4.0');
  const { id } = await fleet.begin(plan('0.4.0'));
  const over = await fleet.until(id, ({ status }) => status === 'gone-back');
  expect(over.stop).toMatchObject({ by: 'gate', gate: 'confirm', box: 'b2' });
  expect(over.boxes.find(({ box }) => box === 'b2')?.findings).toMatchObject([{ what: ['went-back'] }]);
  expect(over.counts).toMatchObject({ waiting: 1 });
  expect(running()).toEqual(Array(4).fill('0.3.0'));
  expect(fleet.box('b0').ordered).toEqual(['0.3.0', '0.4.0', '0.3.0']);
  expect(fleet.box('b3').ordered).toEqual(['0.3.0']);
}, 90_000);
