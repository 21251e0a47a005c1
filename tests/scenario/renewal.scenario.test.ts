/** The next certificate before the present one ends, or soon after: headquarters as it ships, and the box's own uplink. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CERTIFICATE_LIFE_DAYS, DAY_MS, GRACE_DAYS, RENEW_BELOW_DAYS } from '@branchline/contracts/enrolment';
import type { BoxIdentity } from '@branchline/contracts/http/enrolment';
import { Bed, EPOCH } from '@branchline/controller/test-bed';
import { systemClock, type Clock } from '@branchline/runtime/clock';
import { NewBox } from './new-box.ts';

const bed = new Bed();
const boxes: NewBox[] = [];
let headers: { cookie: string };
beforeAll(async () => {
  await bed.start();
  headers = await bed.signIn();
});
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.end();
});
afterAll(() => bed.end());

/** Enrolled so many days ago. */
async function enrolled(name: string, daysAgo: number): Promise<NewBox> {
  const box = new NewBox(name);
  boxes.push(box);
  const certificate = await bed.enrol(name, Date.now() - daysAgo * DAY_MS);
  box.has(name, bed.headquarters.where().mqttPort, certificate);
  return box;
}

const clockOff = (years: number): Clock => ({
  ...systemClock,
  now: () => Date.now() + years * CERTIFICATE_LIFE_DAYS * DAY_MS,
});
const certificateOf = (box: NewBox): X509Certificate =>
  new X509Certificate(readFileSync(join(box.identity, 'box.crt')));
const identity = async (name: string): Promise<BoxIdentity> =>
  (await bed.api(`/api/boxes/${name}/identity`, { headers })).json() as Promise<BoxIdentity>;

/** It has another certificate, and is connected with it. */
async function renewed(box: NewBox, before: X509Certificate): Promise<void> {
  await box.until(() => certificateOf(box).fingerprint256 !== before.fingerprint256);
  await box.until(() => box.uplink?.status().connected === true);
}

test('from two thirds of its life on a box asks for the next one by itself', async () => {
  const box = await enrolled('due', CERTIFICATE_LIFE_DAYS - RENEW_BELOW_DAYS + 1);
  const before = certificateOf(box);
  box.connects();
  await renewed(box, before);
  const after = certificateOf(box);
  expect(Date.parse(after.validTo) - Date.now()).toBeGreaterThan((CERTIFICATE_LIFE_DAYS - 1) * DAY_MS);
  expect(after.publicKey.equals(before.publicKey)).toBe(true);
  const { certificates } = await identity('due');
  expect(certificates.map(({ how }) => how)).toEqual(['renewed', 'by-hand']);
  // The one before serves no longer, once the next has been used.
  const { key, ca } = {
    key: readFileSync(join(box.identity, 'box.key')),
    ca: readFileSync(join(box.identity, 'ca.crt')),
  };
  const old = { cert: before.toString(), key: key.toString(), ca: ca.toString() };
  await expect(bed.connect(old, { clientId: 'due' })).rejects.toThrow(/not authorized/i);
});

test('headquarters judges by its own clock: a box ten years behind renews in time, one ten years ahead not too early', async () => {
  const behind = await enrolled('behind', CERTIFICATE_LIFE_DAYS - 5);
  const before = certificateOf(behind);
  behind.connects(clockOff(-10));
  await renewed(behind, before);

  const ahead = await enrolled('ahead', 0);
  ahead.connects(clockOff(10));
  await ahead.until(() => ahead.uplink?.status().connected === true);
  const probe = await bed.box('probe');
  await probe.tell('certificate-request', { v: 1, csr: 'x', at: new Date().toISOString() });
  expect(await probe.told('certificate', () => true)).toMatchObject({
    refused: expect.stringMatching(/good for 36\d days/) as string,
  });
  expect((await identity('ahead')).certificates).toHaveLength(1);
});

test('a certificate that ended while the box was away serves for its renewal, and for nothing else', async () => {
  const box = await enrolled('late', CERTIFICATE_LIFE_DAYS + GRACE_DAYS - 1);
  const before = certificateOf(box);
  expect(Date.parse(before.validTo)).toBeLessThan(Date.now());
  box.ledger.append(3);
  box.connects();
  await renewed(box, before);
  await box.ledger.until(() => box.ledger.unsent(1).length === 0);
});

test('of a late session nothing but presence and the request is taken in', async () => {
  const late = await bed.box(
    'late-too',
    await bed.enrol('late-too', Date.now() - (CERTIFICATE_LIFE_DAYS + 1) * DAY_MS),
  );
  const event = {
    seq: 1,
    at: new Date().toISOString(),
    type: 'operator.action',
    body: { who: 'x', action: 'y' },
  };
  await late.frame([event]);
  await late.tell('presence', { v: 1, state: 'online', version: 'test', at: new Date().toISOString() });
  await late.told('certificate', ({ due }) => due === true);
  const { ledger } = (await (await bed.api('/api/boxes/late-too', { headers })).json()) as {
    ledger: { epoch: unknown };
  };
  expect(ledger.epoch).not.toBe(EPOCH);
});

test('after the days of grace the box is to be claimed again', async () => {
  const gone = await bed.enrol('gone', Date.now() - (CERTIFICATE_LIFE_DAYS + GRACE_DAYS + 1) * DAY_MS);
  await expect(bed.connect(gone, { clientId: 'gone' })).rejects.toThrow();
});
