import { expect, test } from 'vitest';
import type { AlarmCode } from '@branchline/contracts/alarms';
import { ManualClock } from '@branchline/runtime/clock';
import { engineQueuesPart, LOOK_MS } from './engine-queues.ts';
import { taskQueuesIn } from './engine/task-queues.ts';

/** As Asterisk 22 prints it; the last line as one of its releases does, with figures more. */
const said = (depth: number): string =>
  [
    '',
    'Processor                                                                   Processed   In Queue  Max Depth  Low water High water',
    'CCSS_core                                                                           0          0          0        450        500',
    `pjsip/distributor-00000007                                                      16093 ${String(depth).padStart(10)}        611        450        500`,
    'stasis/m:channel:all-00000012                                                    8171          3         12       2700       3000          0          0',
    '',
    '3 taskprocessors',
    '',
  ].join('\n');

test('the queues are read as the engine prints them', () => {
  expect(taskQueuesIn(said(7))).toEqual([
    { name: 'CCSS_core', depth: 0, low: 450, high: 500 },
    { name: 'pjsip/distributor-00000007', depth: 7, low: 450, high: 500 },
    { name: 'stasis/m:channel:all-00000012', depth: 3, low: 2_700, high: 3_000 },
  ]);
  expect(taskQueuesIn("No such command 'core show taskprocessors'")).toEqual([]);
});

test('a queue that stays at its limit is an alarm until it is well below; a burst is none, and silence says nothing', async () => {
  const clock = new ManualClock();
  const open = new Map<string, string | undefined>();
  let depth: number | undefined;
  const part = engineQueuesPart(
    clock,
    {
      ask: () =>
        depth === undefined ? Promise.reject(new Error('nobody there')) : Promise.resolve(said(depth)),
    },
    {
      raise: (code: AlarmCode, subject, detail) => void open.set(`${code} ${subject}`, detail),
      clear: (code: AlarmCode, subject) => void open.delete(`${code} ${subject}`),
    },
  );
  await part.start();
  const look = async (waiting: number | undefined): Promise<boolean> => {
    depth = waiting;
    clock.advance(LOOK_MS);
    await new Promise(setImmediate);
    return open.size > 0;
  };
  expect([await look(600), await look(0), await look(500)]).toEqual([false, false, false]);
  expect(await look(611)).toBe(true);
  expect([...open]).toEqual([['engine-behind engine', 'pjsip/distributor-00000007: 611 / 500']]);
  // Between the marks it is still behind.
  expect([await look(460), await look(undefined), await look(460), await look(449)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  await part.stop();
});
