import { ManualClock } from '@branchline/runtime/clock';
import { beforeEach, expect, test } from 'vitest';
import type { Engine, EngineEvent } from '../engine/port.ts';
import { BranchCall } from './branch-call.ts';

const NUMBER = '+8657186001000';
const FORWARDED_TO = '+8657186002000';

let clock: ManualClock;
let call: BranchCall;
let channel: string;
let ended: string[];

beforeEach(() => {
  clock = new ManualClock();
  ended = [];
  call = new BranchCall({ clock, line: () => ({ gateway: 'cloud', callerNumber: NUMBER }) });
  const engine: Partial<Engine> = {
    call: (leg) => {
      channel = leg.channel;
      return Promise.resolve();
    },
    hangup: (which) => {
      ended.push(which);
      return Promise.resolve();
    },
  };
  call.engineIs(engine as Engine);
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const arrives = (dialled: string): EngineEvent => ({
  ...{ type: 'channel-arrived', channel: 'in-1', state: 'ringing', dialled },
  ...{ callerNumber: NUMBER, callerName: '', createdAt: clock.now() },
});
async function answered(): Promise<void> {
  await settled();
  call.hear({ type: 'channel-state', channel, state: 'up' });
}

test('the box has answered where no such call came back here', async () => {
  const called = call.make(NUMBER);
  call.hear(arrives('+8613900000001'));
  await answered();
  expect(await called).toEqual({ placed: true, by: 'box', ms: 0 });
  expect(ended).toEqual([channel]);
});

test.each([
  ['by that number, as its network writes it', '057186001000'],
  ['by the number that its exchange forwards to', '057186002000'],
])('it has come back here %s: the stand-in has answered itself', async (_, dialled) => {
  const called = call.make(NUMBER, FORWARDED_TO);
  call.hear(arrives(dialled));
  await answered();
  expect(await called).toMatchObject({ placed: true, by: 'stand-in' });
});

test('nobody answers', async () => {
  const called = call.make(NUMBER);
  await settled();
  clock.advance(20_000);
  expect(await called).toEqual({ placed: true, by: null, ms: null });
});

test('it is refused: nobody has answered', async () => {
  const called = call.make(NUMBER);
  await settled();
  call.hear({ type: 'channel-gone', channel, cause: { code: 27, text: '' } });
  expect(await called).toEqual({ placed: true, by: null, ms: null });
});

test('one at a time, and none without an engine or a line: that says nothing of the branch', async () => {
  const nothing = { placed: false, by: null, ms: null };
  const first = call.make(NUMBER);
  expect(await call.make(NUMBER)).toEqual(nothing);
  call.engineIs(undefined);
  expect(await first).toEqual(nothing);
  expect(await call.make(NUMBER)).toEqual(nothing);
  const without = new BranchCall({ clock, line: () => undefined });
  expect(await without.make(NUMBER)).toEqual(nothing);
});
