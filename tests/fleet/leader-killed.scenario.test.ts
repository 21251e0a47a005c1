/**
 * Two controllers on one PostgreSQL and one Mosquitto, the leader a process of its own. It is killed in the midst of a rollout: the other one
 * carries it on, and no box is asked twice.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControllerShown } from '@branchline/contracts/http/controllers';
import type { RolloutDetail } from '@branchline/contracts/http/rollouts';
import { freshPostgres } from '@branchline/controller/store/testing/databases';
import { Bed } from '@branchline/controller/test-bed';
import { freeTcpPort } from '@branchline/lab/tcp';
import { Fleet, ringOf, ringPlan, WELL, WHO } from './fleet.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
/** As the leader would keep it: another one follows within twenty seconds. */
const FOLLOWED = { timeout: 40_000, interval: 200 };

let leader: Bed;
let killed: ChildProcess;
let page: number;
let fleet: Fleet;

/** Until it says the password of the first start. */
async function runs(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the leader has no voice');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, password] = /shown this once: (\S+)/.exec(line) ?? [];
    if (password !== undefined) return password;
  }
  throw new Error('the leader ended');
}

beforeAll(async () => {
  leader = new Bed({ BRANCHLINE_HQ_DATABASE_URL: await freshPostgres() });
  await leader.useMosquitto();
  page = await freeTcpPort();
  const own = { BRANCHLINE_HQ_HTTP_LISTEN: `127.0.0.1:${page}`, BRANCHLINE_HQ_LOG_LEVEL: 'fatal' };
  killed = spawn(process.execPath, ['controller/main.ts'], {
    env: { ...process.env, ...leader.variables, ...own },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  leader.password = await runs(killed);
  killed.stdout?.resume();
  fleet = new Fleet(NAMES, () => WELL, { bed: leader.beside() });
}, 60_000);
afterAll(async () => {
  killed.kill('SIGKILL');
  await fleet.end();
  await leader.end();
});

const atLeader = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${page}${path}`, init);
async function leads(): Promise<boolean> {
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ password: leader.password });
  try {
    const { headers } = await atLeader('/api/sign-in', { method: 'POST', headers: json, body });
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    return (await atLeader('/api/rollouts', { headers: { cookie } })).status === 200;
  } catch {
    return false;
  }
}
const controllers = async (): Promise<ControllerShown[]> =>
  ((await fleet.ask('/api/controllers')).json as { controllers: ControllerShown[] }).controllers;

it('is carried on by the other one, and no box is asked twice', { timeout: 120_000 }, async () => {
  await expect.poll(leads, FOLLOWED).toBe(true);
  await fleet.start();
  await fleet.settle();
  expect((await fleet.ask('/api/rollouts')).status).toBe(503);
  const before = await controllers();
  expect(before.filter(({ there }) => there)).toHaveLength(2);
  expect(before.find(({ leadsSince }) => leadsSince !== null)).toMatchObject({ here: false, there: true });

  // Whoever has signed in at one is in at the other.
  const headers = { ...(await fleet.bed.signIn()), 'content-type': 'application/json' };
  const waves = [{ take: 'boxes', boxes: ['a', 'b', 'c'] }, { take: 'rest' }];
  const body = JSON.stringify({ ...ringPlan('20s', NAMES, waves, { atOnce: 2 }), ...WHO });
  const begun = await atLeader('/api/rollouts', { method: 'POST', headers, body });
  const { id } = (await begun.json()) as RolloutDetail;
  const now = async (): Promise<RolloutDetail> =>
    (await (await atLeader(`/api/rollouts/${id}`, { headers })).json()) as RolloutDetail;
  await expect
    .poll(async () => (await now()).boxes.some(({ step }) => step === 'watching'), FOLLOWED)
    .toBe(true);
  const gone = once(killed, 'exit');
  killed.kill('SIGKILL');
  await gone;

  const over = await fleet.until(id, ({ status }) => status === 'done');
  expect(over.boxes.map(({ step }) => step)).toEqual(NAMES.map(() => 'good'));
  for (const box of fleet.boxes.values()) {
    expect(box.asked).toEqual([1, 2]);
    expect(ringOf(box)).toBe('20s');
  }
  const after = await controllers();
  expect(after.find(({ leadsSince }) => leadsSince !== null)).toMatchObject({ here: true, there: true });
  expect(after.find(({ here }) => !here)).toMatchObject({ there: false, leadsSince: null });
});
