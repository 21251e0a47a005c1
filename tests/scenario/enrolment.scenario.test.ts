/** A box out of its carton becomes a branch's: headquarters as it ships, and of the box what asks, what connects, and their files. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { claimTaken, type BoxIdentity, type WaitingBox } from '@branchline/contracts/http/enrolment';
import type { auditEntry } from '@branchline/contracts/http/fleet-documents';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { postJson } from '@branchline/firmware/uplink/post';
import { codeKeys, seal } from '@branchline/runtime/short-code';
import type { z } from 'zod';
import { NewBox } from './new-box.ts';

const bed = new Bed();
const boxes: NewBox[] = [];
let headers: Record<string, string>;
beforeAll(async () => {
  await bed.start();
  headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
});
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.end();
});
afterAll(() => bed.end());

const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const documentOf = (box: string): string => sample.replace('id: hangzhou-west', `id: ${box}`);

function newBox(serial: string): NewBox {
  const box = new NewBox(serial);
  boxes.push(box);
  return box;
}

const url = (): string => bed.headquarters.where().url;
const asked = async (path: string): Promise<unknown> => (await bed.api(path, { headers })).json();
const send = (path: string, body: object): Promise<Response> =>
  bed.api(path, { method: 'POST', headers, body: JSON.stringify(body) });
const claim = (body: object): Promise<Response> => send('/api/enrolment/claims', body);
const waiting = async (): Promise<WaitingBox[]> =>
  ((await asked('/api/enrolment')) as { waiting: WaitingBox[] }).waiting;
const identity = (box: string): Promise<BoxIdentity> =>
  asked(`/api/boxes/${box}/identity`) as Promise<BoxIdentity>;
const problem = async (answer: Response) => ({
  status: answer.status,
  ...((await answer.json()) as { code: string; field?: string }),
});

/** Headquarters has heard of it. */
async function waits(serial: string): Promise<WaitingBox> {
  for (const until = Date.now() + 5_000; Date.now() < until;) {
    const found = (await waiting()).find((box) => box.serial === serial);
    if (found) return found;
  }
  throw new Error(`no box with serial number ${serial} waits`);
}

async function claimed(name: string, serial: string, more: object = {}): Promise<NewBox> {
  const box = newBox(serial);
  const code = await box.asks(url());
  await waits(serial);
  const answer = await claim({ code, box: name, source: documentOf(name), ...more });
  expect(claimTaken.parse(await answer.json())).toMatchObject({ ok: true });
  await box.granted();
  return box;
}

describe('a claim', () => {
  test('gives a box its name, its certificate, its document and the way to the broker', async () => {
    const box = newBox('SN-1');
    const code = await box.asks(url());
    const seen = await waits('SN-1');
    expect(code.startsWith(`${seen.handle}-`)).toBe(true);
    expect(seen).toMatchObject({ vendor: 'Acme', product: 'Branch 1', hasDocument: false });

    const answer = await claim({
      code: code.toLowerCase().replaceAll('-', ' '),
      box: 'one',
      source: documentOf('one'),
    });
    expect(await answer.json()).toEqual({ ok: true, faults: [], box: 'one' });
    await box.granted();
    expect(box.name).toBe('one');
    expect(readFileSync(box.document, 'utf8')).toBe(documentOf('one'));
    expect(existsSync(join(box.identity, 'claim-code'))).toBe(false);
    expect(statSync(join(box.identity, 'box.key')).mode & 0o777).toBe(0o600);

    box.connects();
    await box.until(() => box.uplink?.status().connected === true);
    expect(await waiting()).toEqual([]);
    const { state, certificates } = await identity('one');
    expect(state).toBe('in-force');
    expect(certificates).toMatchObject([{ how: 'claimed', hardware: { serial: 'SN-1' } }]);
    const { entries } = (await asked('/api/audit?box=one')) as { entries: z.infer<typeof auditEntry>[] };
    expect(entries.map(({ action }) => action)).toEqual(['box-claimed', 'document']);
    expect(JSON.stringify(entries)).not.toContain(code.slice(4));
  });

  test('asks for the code that the box shows, and for no other', async () => {
    const box = newBox('SN-2');
    const code = await box.asks(url());
    await waits('SN-2');
    const wrong = code.slice(0, -1) + (code.endsWith('2') ? '3' : '2');
    const place = { box: 'two', source: documentOf('two') };
    expect(await problem(await claim({ code: wrong, ...place }))).toMatchObject({
      status: 404,
      code: 'no-such-code',
    });
    expect(await problem(await claim({ code: 'K7F-0000', ...place }))).toMatchObject({
      status: 400,
      field: 'body.code',
    });
    expect(box.name).toBeUndefined();
  });

  test('asks for a document where nobody has one, refuses one with a fault, and leaves all as it was', async () => {
    const box = newBox('SN-3');
    const code = await box.asks(url());
    await waits('SN-3');
    expect(await problem(await claim({ code, box: 'three' }))).toMatchObject({ code: 'document-needed' });
    const faulty = claimTaken.parse(
      await (await claim({ code, box: 'three', source: documentOf('four') })).json(),
    );
    expect(faulty).toMatchObject({ ok: false, faults: [{ path: 'site.id' }] });
    expect((await bed.api('/api/boxes/three/identity', { headers })).status).toBe(404);
    expect(await waits('SN-3')).toMatchObject({ hasDocument: false });
  });

  test('of what is not headquarters is not believed: who does not know the code can seal nothing', async () => {
    const box = newBox('SN-4');
    const sealed = seal(await codeKeys('22222222', Buffer.from('x')), '{}');
    let tries = 0;
    await box.asks(url(), (to, body) => {
      tries++;
      if (tries > 1) return postJson(to, body);
      return Promise.resolve({ status: 200, body: { state: 'claimed', sealed } });
    });
    await waits('SN-4');
    expect(tries).toBeGreaterThan(1);
    expect(existsSync(join(box.identity, 'box.crt'))).toBe(false);
  });

  test('made before the box asks is found by serial number and code', async () => {
    const box = newBox('SN-5');
    const code = await box.asks('http://127.0.0.1:9/');
    box.enroller?.stop();
    const expected = { serial: 'SN-5', code, box: 'five', source: documentOf('five') };
    expect((await send('/api/enrolment/expected', expected)).status).toBe(200);
    const stranger = newBox('SN-5');
    await stranger.asks(url());
    await waits('SN-5');
    expect(await box.asks(url())).toBe(code);
    await box.granted();
    expect(box.name).toBe('five');
    expect(stranger.name).toBeUndefined();
    expect(await asked('/api/enrolment')).toMatchObject({ expected: [] });
  });
});

describe('afterwards', () => {
  test('a revoked box is cut and stays out until it is claimed again', async () => {
    const box = await claimed('six', 'SN-6');
    box.connects();
    await box.until(() => box.uplink?.status().connected === true);
    const answer = await send('/api/boxes/six/identity/revoke', { reason: 'stolen' });
    expect(await answer.json()).toMatchObject({ state: 'revoked' });
    await box.until(() => box.uplink?.status().connected === false);
    await box.until(() => /refused|not authorized/i.test(box.uplink?.status().waitingFor ?? ''));
    expect((await send('/api/boxes/six/identity/revoke', { reason: 'again' })).status).toBe(409);

    const again = await claimed('six', 'SN-6b');
    again.connects();
    await again.until(() => again.uplink?.status().connected === true);
    expect(await identity('six')).toMatchObject({ state: 'in-force', certificates: [{}, {}] });
  });

  test('a replacement takes over name and document, and the old box is not let in again', async () => {
    const old = await claimed('seven', 'SN-7');
    old.connects();
    await old.until(() => old.uplink?.status().connected === true);
    const fresh = newBox('SN-7b');
    const code = await fresh.asks(url());
    await waits('SN-7b');
    expect(await problem(await claim({ code, box: 'seven' }))).toMatchObject({
      status: 409,
      code: 'has-a-box',
    });
    expect((await claim({ code, box: 'seven', replace: true })).status).toBe(200);
    await fresh.granted();
    await old.until(() => old.uplink?.status().connected === false);
    expect(readFileSync(fresh.document, 'utf8')).toBe(documentOf('seven'));
    fresh.connects();
    await fresh.until(() => fresh.uplink?.status().connected === true);
    const { certificates } = await identity('seven');
    expect(certificates.map(({ how }) => how)).toEqual(['replacement', 'claimed']);
  });

  test('headquarters may be started again between the claim and the box’s next question', async () => {
    const box = newBox('SN-8');
    const code = await box.asks(url());
    await waits('SN-8');
    box.enroller?.stop();
    expect((await claim({ code, box: 'eight', source: documentOf('eight') })).status).toBe(200);
    await bed.stop();
    await bed.start();
    await box.asks(url());
    await box.granted();
    expect(box.name).toBe('eight');
    expect(readFileSync(join(box.identity, 'headquarters.json'), 'utf8')).toContain(`"${TENANT}"`);
  });
});
