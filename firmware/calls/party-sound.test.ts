import { soundVerdict } from '@branchline/contracts/call-sound';
import { expect, test } from 'vitest';
import { partySound } from './party-sound.ts';

const well = { received: 1_000, sent: 1_000, lost: 0, jitterMs: 2.04 };

test('without loss and without a report: one way is known, and is good', () => {
  expect(partySound(well)).toEqual({
    from: { packets: 1_000, lostPercent: 0, jitterMs: 2, mos: 4.41 },
    to: { packets: 1_000 },
  });
});

test('what is lost counts among those that should have come; the worse way is the verdict', () => {
  const reported = { lost: 250, jitterMs: 30, roundTripMs: 40.26 };
  const sound = partySound({ ...well, received: 950, lost: 50, reported });
  expect(sound).toMatchObject({
    from: { packets: 950, lostPercent: 5 },
    to: { packets: 1_000, lostPercent: 25, jitterMs: 30 },
    roundTripMs: 40.3,
  });
  expect(sound && soundVerdict(sound)).toMatchObject({ grade: 'poor', lostPercent: 25, jitterMs: 30 });
  const ofOneWay = partySound({ ...well, received: 950, lost: 50 });
  expect(ofOneWay && soundVerdict(ofOneWay)).toMatchObject({ grade: 'fair' });
});

test('a long way costs although nothing is lost', () => {
  const reported = { lost: 0, jitterMs: 2, roundTripMs: 600 };
  expect(partySound({ ...well, reported })?.from.mos).toBeLessThan(3.8);
});

test('one-way sound is no loss: it has no figure, and is said by its name', () => {
  expect(partySound({ ...well, received: 0, lost: 0 })).toEqual({
    from: { packets: 0 },
    to: { packets: 1_000 },
    silent: 'from',
  });
  expect(partySound({ ...well, sent: 0 })).toMatchObject({ to: { packets: 0 }, silent: 'to' });
});

test('too soon to say anything', () => {
  expect(partySound({ ...well, received: 0, sent: 99 })).toBeUndefined();
  expect(partySound({ ...well, received: 99, sent: 0 })).not.toHaveProperty('silent');
});
