import { describe, expect, it } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Stream } from '../store/streams.ts';
import { Resend } from './resend.ts';
import { keep, NOTHING } from './stretches.ts';

const stream = (seqs: readonly number[], newest: number): Stream => ({
  id: 1,
  boxId: 1,
  box: 'x',
  epoch: '00000000000000aa',
  kept: seqs.reduce(keep, NOTHING),
  newest,
});

function bed() {
  const clock = new ManualClock();
  const asked: [number, number][] = [];
  /** As the database has it; undefined: as it was noted. */
  const row: { now?: Stream; fault?: Error } = {};
  const resend = new Resend({
    ...{ clock, log: silentLog, random: () => 1 },
    row: () => (row.fault ? Promise.reject(row.fault) : Promise.resolve(row.now)),
    ask: (_box, { from, to }) => asked.push([from, to]),
  });
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      clock.advance(100);
      await new Promise(setImmediate);
    }
  };
  return { pass, asked, resend, row };
}

describe('asking again', () => {
  it('asks for a hole after a short while, though later events keep coming, and ever more seldom', async () => {
    const { pass, asked, resend } = bed();
    resend.noted(stream([1, 3], 3));
    await pass(1_500);
    resend.noted(stream([1, 3, 4], 4));
    await pass(600);
    expect(asked).toEqual([[2, 2]]);
    await pass(60_000);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThan(8);
  });

  it('leaves a tail to the box until it has been silent for long', async () => {
    const { pass, asked, resend } = bed();
    resend.noted(stream([1], 9));
    await pass(10_000);
    resend.noted(stream([1, 2], 9));
    await pass(10_000);
    expect(asked).toEqual([]);
    await pass(6_000);
    expect(asked).toEqual([[3, 9]]);
  });

  it('stops when nothing is missing, and when the box has gone', async () => {
    const { pass, asked, resend } = bed();
    resend.noted(stream([1, 3], 3));
    resend.noted(stream([1, 2, 3], 3));
    resend.noted(stream([1, 3], 3));
    resend.gone('x');
    await pass(600_000);
    expect(asked).toEqual([]);
  });

  it('looks at the database first: what another has stored is not asked for, what another has taken out is', async () => {
    const { pass, asked, resend, row } = bed();
    resend.noted(stream([1, 3, 5], 5));
    row.now = stream([1, 2, 3, 4, 5], 5);
    await pass(600_000);
    expect(asked).toEqual([]);
    resend.noted(stream([1, 3, 4, 5], 5));
    row.now = stream([1, 2, 5], 5);
    await pass(2_000);
    expect(asked).toEqual([[3, 4]]);
  });

  it('asks for nothing while the database is away, and looks again', async () => {
    const { pass, asked, resend, row } = bed();
    row.fault = new Error('away');
    resend.noted(stream([1, 3], 3));
    await pass(30_000);
    expect(asked).toEqual([]);
    delete row.fault;
    await pass(2_000);
    expect(asked).toEqual([[2, 2]]);
  });
});
