import { describe, expect, it } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
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
  const resend = new Resend({ clock, random: () => 1, ask: (_box, { from, to }) => asked.push([from, to]) });
  return { clock, asked, resend };
}

describe('asking again', () => {
  it('asks for a hole after a short while, though later events keep coming, and ever more seldom', () => {
    const { clock, asked, resend } = bed();
    resend.noted(stream([1, 3], 3));
    clock.advance(1_500);
    resend.noted(stream([1, 3, 4], 4));
    clock.advance(600);
    expect(asked).toEqual([[2, 2]]);
    clock.advance(60_000);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.length).toBeLessThan(8);
  });

  it('leaves a tail to the box until it has been silent for long', () => {
    const { clock, asked, resend } = bed();
    resend.noted(stream([1], 9));
    clock.advance(10_000);
    resend.noted(stream([1, 2], 9));
    clock.advance(10_000);
    expect(asked).toEqual([]);
    clock.advance(6_000);
    expect(asked).toEqual([[3, 9]]);
  });

  it('stops when nothing is missing, and when the box has gone', () => {
    const { clock, asked, resend } = bed();
    resend.noted(stream([1, 3], 3));
    resend.noted(stream([1, 2, 3], 3));
    resend.noted(stream([1, 3], 3));
    resend.gone('x');
    clock.advance(600_000);
    expect(asked).toEqual([]);
  });
});
