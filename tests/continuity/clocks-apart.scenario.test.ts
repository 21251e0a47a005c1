/** A box whose clock is an hour before or after headquarters': who waited there keeps his place and his order at the stand-in, and the lease passes as ever. */
import { afterEach, expect, test } from 'vitest';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { FakeCloud } from './fake-cloud.ts';

const NAME = 'hangzhou';
const [HOUR_MS, MINUTE_MS] = [3_600_000, 60_000];
/** How long they had waited when the last of them came, in the order in which they are told: not that of their waits. */
const WAITED_MS = [5 * MINUTE_MS, 9 * MINUTE_MS, 0];
let cloud: FakeCloud;
afterEach(() => cloud.end());

const caller = (index: number): string => `+8613900000${100 + index}`;

/** Three wait at the box; `at` is its own time. */
function waiting(at: number): Omit<LedgerEvent, 'seq'>[] {
  return WAITED_MS.flatMap((ms, index) => {
    const common = { at: new Date(at - ms).toISOString(), call: `call-${index}` };
    const from = { kind: 'caller', id: caller(index) };
    return [
      { ...common, type: 'call.offered', body: { direction: 'in', from, dialled: '1000' } },
      { ...common, type: 'call.queued', body: { queue: 'service', priority: 0, position: 1 } },
    ];
  });
}

test.each([
  { clock: 'an hour ahead', aheadMs: HOUR_MS, restart: false },
  { clock: 'an hour behind', aheadMs: -HOUR_MS, restart: false },
  { clock: 'an hour behind, and headquarters begun anew since', aheadMs: -HOUR_MS, restart: true },
])('the box’s clock is $clock', { timeout: 60_000 }, async ({ aheadMs, restart }) => {
  cloud = new FakeCloud(3);
  await cloud.start([NAME], aheadMs);
  const { box, standIn } = cloud.of(NAME);
  const began = cloud.clock.now();
  await box.tells(waiting(began + aheadMs));
  const all = (): Promise<{ calls: object[] }> => cloud.get(`/api/calls?box=${NAME}`);
  await cloud.pass(async () => (await all()).calls.length === WAITED_MS.length);
  box.dies();
  if (restart) await cloud.restarts();
  await cloud.until(NAME, ({ lease }) => lease.answers === 'stand-in');
  const handed = await standIn.told('handed-over', ({ lease }) => lease.answers === 'stand-in');
  expect(handed.waiting.map(({ number }) => number)).toEqual([caller(1), caller(0), caller(2)]);
  // By its own clock he had waited that long, and as long since as headquarters' has gone on.
  const passed = cloud.clock.now() - began;
  for (const { number, since } of handed.waiting) {
    const waited = Date.parse(handed.at) - Date.parse(since);
    const before = WAITED_MS[Number(number.slice(-3)) - 100] ?? 0;
    expect(waited).toBeGreaterThanOrEqual(before);
    expect(waited).toBeLessThanOrEqual(before + passed);
  }
  expect(Math.abs(Date.parse(handed.at) - (cloud.clock.now() + aheadMs))).toBeLessThan(10_000);
});
