/** A headquarters that another has followed, and that does not know it yet: it gives no right, and asks nothing of a carrier. */
import { expect, test } from 'vitest';
import type { Party } from '@branchline/contracts/continuity';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { LeaseRunner } from './runner.ts';

const NONCE = '0123456789abcdef';
const LEASE = { n: 4, answers: 'stand-in', acts: 'stand-in' } as const;
const LOOK_MS = 500;
const SETTLES_MS = 1_000;

function world() {
  const clock = new ManualClock();
  const did = { renewed: [] as string[], routed: [] as Party[], stored: 0 };
  const leading = { still: true };
  const runner = new LeaseRunner({
    ...{ clock, log: silentLog },
    store: {
      all: () =>
        Promise.resolve([
          {
            ...{ box: 'west', standIn: 'west-standin' },
            kept: { lease: LEASE, wants: 'stand-in', move: null, boxHeard: true },
          },
        ]),
      put: () => Promise.resolve(void did.stored++),
    },
    leads: () => (leading.still ? Promise.resolve() : Promise.reject(new Error('another leads'))),
    tell: () => undefined,
    renew: (name) => void did.renewed.push(name),
    route: (_, to) => {
      did.routed.push(to);
      return Promise.resolve('confirmed');
    },
    rulesOf: () => ({ ownLine: false, carrierSettlesMs: SETTLES_MS }),
  });
  /** Until what the carrier was asked before cannot happen any more. */
  const settles = async (): Promise<void> => {
    for (let at = 0; at <= SETTLES_MS; at += LOOK_MS) {
      await runner.settled();
      clock.advance(LOOK_MS);
    }
    await runner.settled();
  };
  return { clock, did, leading, runner, settles };
}

test('whoever leads renews what is asked for, and brings calls to where the lease is, without a write', async () => {
  const { did, runner, settles } = world();
  await runner.load();
  runner.asks('west-standin', { v: 1, nonce: NONCE });
  await settles();
  expect(did).toEqual({ renewed: ['west-standin'], routed: ['stand-in'], stored: 0 });
  await runner.stop();
});

test('whoever was overtaken does neither, and answers what waited once it is known that nobody had taken over', async () => {
  const { clock, did, leading, runner, settles } = world();
  await runner.load();
  leading.still = false;
  runner.asks('west-standin', { v: 1, nonce: NONCE });
  await settles();
  expect(did).toEqual({ renewed: [], routed: [], stored: 0 });
  leading.still = true;
  clock.advance(LOOK_MS);
  await runner.settled();
  expect(did.renewed).toEqual(['west-standin']);
  await runner.stop();
});
