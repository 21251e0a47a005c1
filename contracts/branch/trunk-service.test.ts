import { expect, test } from 'vitest';
import { resolveBranch } from './resolve.ts';

const trunks = (pstn: object) => ({
  schema: 'branchline.branch/1',
  site: { id: 'b', name: 'B', country: 'CN', timezone: 'Asia/Shanghai' },
  gateways: { e1: { kind: 'e1', address: '127.0.0.11' } },
  trunks: { pstn: { gateway: 'e1', channels: 30, ...pstn } },
});

test('a test call has its hour and its number; without one there is none', () => {
  const found = resolveBranch(trunks({ 'test-call': { to: '0571 8777 0003', between: '02:00-05:00' } }));
  expect(found.ok && found.branch.trunks.pstn).toMatchObject({
    drain: false,
    testCall: { to: '057187770003', everyMs: 3_600_000, between: { from: 120, to: 300 }, returns: true },
  });
  const without = resolveBranch(trunks({ drain: true }));
  expect(without.ok && without.branch.trunks.pstn).toEqual(
    expect.objectContaining({ drain: true }) as object,
  );
  expect(without.ok && 'testCall' in (without.branch.trunks.pstn ?? {})).toBe(false);
});

test.each([
  [{ 'test-call': { to: 'echo' } }, 'trunks.pstn.test-call.to'],
  [{ 'test-call': { to: '0571', every: '10s' } }, 'trunks.pstn.test-call.every'],
  [{ 'test-call': { to: '0571', every: '8d' } }, 'trunks.pstn.test-call.every'],
  [{ 'test-call': { to: '0571', between: 'night' } }, 'trunks.pstn.test-call.between'],
  [{ 'test-call': { every: '1h' } }, 'trunks.pstn.test-call.to'],
  [{ drain: 'yes' }, 'trunks.pstn.drain'],
])('%j is refused at its field', (pstn, path) => {
  const found = resolveBranch(trunks(pstn));
  expect(found.ok ? [] : found.faults.map((fault) => fault.path)).toContain(path);
});
