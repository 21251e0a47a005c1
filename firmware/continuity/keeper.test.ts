import { expect, test } from 'vitest';
import type { Lease } from '@branchline/contracts/continuity';
import { LEASE_TERM_MS } from '@branchline/contracts/continuity';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Rights } from './holder.ts';
import type { KeptLease } from './kept-lease.ts';
import { ASK_EVERY_MS, LeaseKeeper } from './keeper.ts';

const LEASE: Lease = { n: 4, answers: 'box', acts: 'box' };
const TOLD = { v: 1, lease: LEASE, as: 'box', prepare: false } as const;

function setUp(
  disk: { kept?: KeptLease; readFails?: boolean; writeFails?: boolean } = {},
  role: 'box' | 'stand-in' = 'box',
) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const said: { knows: number; ready: boolean }[] = [];
  const rights: Rights[] = [];
  let nonce = 0;
  const keeper = new LeaseKeeper({
    clock,
    log: silentLog,
    role,
    disk: {
      read: () => {
        if (disk.readFails) throw new Error('EIO');
        return disk.kept ?? null;
      },
      write: (kept) => {
        if (disk.writeFails) throw new Error('ENOSPC');
        disk.kept = kept;
      },
    },
    ask: (question) => asked.push(question.nonce),
    say: ({ knows, ready }) => said.push({ knows, ready }),
    nonce: () => (++nonce).toString(16).padStart(16, '0'),
    ready: () => true,
    changed: (now) => rights.push(now),
  });
  const answer = (lease = LEASE): void => keeper.renewed({ v: 1, nonce: asked.at(-1) ?? '', lease });
  return { clock, asked, said, rights, keeper, answer, disk };
}

test('never told of a lease: may everything, and asks headquarters nothing', () => {
  const { keeper, asked, said, clock } = setUp();
  keeper.connected();
  keeper.readyChanged();
  clock.advance(10 * LEASE_TERM_MS);
  expect([keeper.rights(), keeper.status(), asked, said]).toEqual([
    { answers: true, acts: true },
    null,
    [],
    [],
  ]);
});

test('a stand-in that was never told of a lease serves whoever reaches it, and does nothing by itself', () => {
  expect(setUp({}, 'stand-in').keeper.rights()).toEqual({ answers: true, acts: false });
});

test('told: keeps it, says that it knows it, and acts once its question was answered', () => {
  const { keeper, asked, said, disk, answer } = setUp();
  keeper.told(TOLD);
  expect(disk.kept).toEqual({ lease: LEASE, as: 'box' });
  expect([said, asked.length, keeper.rights()]).toEqual([
    [{ knows: 4, ready: true }],
    1,
    { answers: true, acts: false },
  ]);
  answer();
  expect(keeper.rights()).toEqual({ answers: true, acts: true });
});

test('what cannot be written is not taken, and it does not say that it knows it', () => {
  const { keeper, said, disk, answer } = setUp();
  disk.writeFails = true;
  keeper.told(TOLD);
  expect([said, keeper.status(), keeper.rights().acts]).toEqual([[], null, true]);
  disk.writeFails = false;
  keeper.told(TOLD);
  answer();
  disk.writeFails = true;
  keeper.told({ ...TOLD, lease: { n: 5, answers: null, acts: null } });
  expect([said.at(-1)?.knows, keeper.status()?.n]).toEqual([4, 4]);
});

test('a kept lease that cannot be read: serves, and does nothing that may be another one’s, until it is told anew', () => {
  const { keeper, answer } = setUp({ readFails: true });
  expect(keeper.rights()).toEqual({ answers: true, acts: false });
  keeper.told(TOLD);
  answer();
  expect(keeper.rights()).toEqual({ answers: true, acts: true });
});

test('asks anew long before the term is over; without an answer the right ends by itself, and is told', () => {
  const { keeper, asked, rights, clock, answer } = setUp({ kept: { lease: LEASE, as: 'box' } });
  keeper.connected();
  answer();
  clock.advance(ASK_EVERY_MS);
  expect(asked.length).toBe(2);
  clock.advance(LEASE_TERM_MS - ASK_EVERY_MS - 1);
  expect(keeper.rights().acts).toBe(true);
  clock.advance(2);
  expect(rights).toEqual([
    { answers: true, acts: true },
    { answers: true, acts: false },
  ]);
});

test('an older lease that comes late changes nothing', () => {
  const { keeper, disk } = setUp();
  keeper.told(TOLD);
  keeper.told({ ...TOLD, as: 'stand-in', lease: { n: 3, answers: 'stand-in', acts: 'stand-in' } });
  keeper.renewed({ v: 1, nonce: 'ffffffffffffffff', lease: { n: 3, answers: null, acts: null } });
  expect([disk.kept, keeper.status()?.as, keeper.status()?.n]).toEqual([
    { lease: LEASE, as: 'box' },
    'box',
    4,
  ]);
});
