/** Faults after which the history must still be whole and equal: headquarters and the box's ledger and uplink as they ship. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callPage } from '@branchline/contracts/http/common';
import { CERTIFICATE_LIFE_DAYS, DAY_MS, GRACE_DAYS } from '@branchline/contracts/enrolment';
import { boxSummary } from '@branchline/contracts/http/controller';
import type { BoxIdentity } from '@branchline/contracts/http/enrolment';
import { Bed } from '@branchline/controller/test-bed';
import { systemClock, type Clock } from '@branchline/runtime/clock';
import { askingOf, equalAt, type Asking } from './asking.ts';
import { LedgerBox } from './ledger-box.ts';

const bed = new Bed();
const boxes: LedgerBox[] = [];
let asking: Asking;
beforeAll(async () => {
  await bed.start();
  asking = await askingOf(bed);
});
afterEach(async () => {
  for (const box of boxes.splice(0)) await box.end();
});
afterAll(() => bed.end());

/** A call has three events and is followed by one of none. */
const EVENTS = 4;
const TEN_YEARS_MS = 3_653 * DAY_MS;
const port = (): number => bed.headquarters.where().mqttPort;

async function enrolled(name: string, issuedAt = Date.now()): Promise<LedgerBox> {
  const box = new LedgerBox(name, await bed.enrol(name, issuedAt));
  boxes.push(box);
  return box;
}

async function proven(box: LedgerBox): Promise<void> {
  await box.settled();
  const { missing } = await asking.compared(box.name, equalAt(box.ledger.newest()));
  expect(missing).toBe(0);
  const { code, out } = await asking.proofCommand(box.name);
  expect(out).toContain(`events 1 to ${box.ledger.newest()} all here`);
  expect(code).toBe(0);
}

const clockOff = (ms: number): Clock => ({ ...systemClock, now: () => Date.now() + ms });

test.each([
  ['behind', -TEN_YEARS_MS],
  ['ahead', TEN_YEARS_MS],
])('the clock of a box is ten years %s, and is then put right', { timeout: 60_000 }, async (way, off) => {
  const box = await enrolled(`ten-years-${way}`);
  const now = Date.now();
  box.calls(300, now - 3_600_000);
  box.calls(300, now + off);
  box.connect(port(), {}, clockOff(off));
  await box.settled();
  box.calls(100, now);
  await proven(box);
  const summary = boxSummary.parse(await asking.get(`/api/boxes/${box.name}`));
  expect(summary.ledger).toMatchObject({ newest: 700 * EVENTS, missing: 0 });
  // When headquarters last heard of it is said by headquarters' own clock.
  expect(Math.abs(Date.parse(summary.since ?? '') - now)).toBeLessThan(600_000);
  const year = new Date(now + off).getUTCFullYear();
  const told = callPage.parse(
    await asking.get(`/api/calls?box=${box.name}&limit=500&before=${year + 2}-01-01T00:00:00.000Z`),
  );
  const then = told.calls.filter(
    ({ startedAt }) => Math.abs(Date.parse(startedAt) - now - off) < 31 * DAY_MS,
  );
  expect(then).toHaveLength(300);
});

test('its certificate ended while it was away', { timeout: 60_000 }, async () => {
  const box = await enrolled('ended', Date.now() - (CERTIFICATE_LIFE_DAYS + GRACE_DAYS - 1) * DAY_MS);
  const before = readFileSync(join(box.dir, 'identity/box.crt'), 'utf8');
  box.calls(500);
  box.connect(port());
  await proven(box);
  expect(readFileSync(join(box.dir, 'identity/box.crt'), 'utf8')).not.toBe(before);
});

test(
  'two boxes with one disk told different things under the same numbers',
  { timeout: 90_000 },
  async () => {
    const first = await enrolled('twin');
    first.calls(300);
    first.connect(port());
    await first.settled();
    await first.disconnect();

    const copy = new LedgerBox('twin', await bed.enrol('twin'), first);
    boxes.push(copy);
    copy.calls(50);
    copy.connect(port());
    await copy.settled();
    await copy.disconnect();
    first.calls(50);
    first.enrolled(certificateIn(copy));
    for (const box of [first, copy]) box.connect(port());
    const state = async (): Promise<string> =>
      ((await asking.get('/api/boxes/twin/identity')) as BoxIdentity).state;
    await expect.poll(state, { timeout: 20_000 }).toBe('quarantined');

    // A person tells them apart: the first one is the branch's.
    await first.disconnect();
    first.enrolled(await bed.enrol('twin'));
    await bed.stop();
    await bed.start();
    asking = await askingOf(bed);
    first.connect(port());
    await proven(first);
    const { calls } = callPage.parse(await asking.get('/api/calls?box=twin&limit=500'));
    expect(calls.filter(({ id }) => id.startsWith('call-1000'))).toEqual([]);
    expect(calls).toHaveLength(350);
    expect(await state()).toBe('in-force');
  },
);

const certificateIn = ({ dir }: LedgerBox): { cert: string; key: string; ca: string } => {
  const read = (name: string): string => readFileSync(join(dir, 'identity', name), 'utf8');
  return { cert: read('box.crt'), key: read('box.key'), ca: read('ca.crt') };
};
