import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { beforeEach, expect, test } from 'vitest';
import type { Engine, EngineEvent } from '../../engine/port.ts';
import { ExchangeCodes } from './exchange-codes.ts';
import type { Dialled } from './standing.ts';

const order = { trunk: 'copper', gateway: 'fxo', codes: ['*40*0571#', '*41*0571#'], callerNumber: '+86571' };

let clock: ManualClock;
let codes: ExchangeCodes;
let did: string[];
let channel: string;

beforeEach(() => {
  clock = new ManualClock();
  did = [];
  codes = new ExchangeCodes({ clock, log: silentLog });
  const engine: Partial<Engine> = {
    call: (leg) => {
      channel = leg.channel;
      did.push(`call ${leg.to.kind === 'gateway' ? leg.to.number : ''}`);
      return Promise.resolve();
    },
    hangup: () => {
      did.push('hangup');
      return Promise.resolve();
    },
  };
  codes.engineIs(engine as Engine);
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function hear(event: 'up' | number): Promise<void> {
  const told: EngineEvent =
    event === 'up'
      ? { type: 'channel-state', channel, state: 'up' }
      : { type: 'channel-gone', channel, cause: { code: event, text: '' } };
  codes.hear(told);
  await settled();
}
async function wait(ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

test('each code is a call of its own; the exchange is heard out, and the line is put on the hook between them', async () => {
  const dialled = codes.dial(order);
  await hear('up');
  expect(did).toEqual(['call *40*0571#']);
  await wait(4_000);
  expect(did).toEqual(['call *40*0571#', 'hangup']);
  await wait(1_000);
  await hear('up');
  // It hangs up by itself.
  await hear(16);
  expect(await dialled).toEqual({ outcome: 'taken' });
  expect(did).toEqual(['call *40*0571#', 'hangup', 'call *41*0571#', 'hangup']);
});

test('what is refused is told with its cause, and no other code is dialled', async () => {
  const dialled = codes.dial(order);
  await hear(29);
  expect(await dialled).toEqual({ outcome: 'refused', cause: 29, code: '*40*0571#' });
  expect(did).toEqual(['call *40*0571#', 'hangup']);
});

test('an exchange that does not answer', async () => {
  const dialled = codes.dial(order);
  await wait(15_000);
  expect(await dialled).toEqual({ outcome: 'not-answered', code: '*40*0571#' });
});

test.each<[string, () => void]>([
  ['its channel is needed', () => codes.giveUp('copper')],
  ['the engine is lost', () => codes.engineIs(undefined)],
  ['the service ends', () => codes.stop()],
])('%s: it is given up at once, without a verdict', async (_, happens) => {
  const dialled = codes.dial(order);
  happens();
  expect(await dialled).toEqual({ outcome: 'unjudged' } satisfies Dialled);
  expect(did).toEqual(['call *40*0571#', 'hangup']);
});

test('without an engine nothing is dialled', async () => {
  codes.engineIs(undefined);
  expect((await codes.dial(order)).outcome).toBe('unjudged');
  expect(did).toEqual([]);
});
