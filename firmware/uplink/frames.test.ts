import { expect, test } from 'vitest';
import { decode } from '@branchline/contracts/topics';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import { cutFrame, FRAME_BYTES } from './frames.ts';

const EPOCH = '0123456789abcdef';
const events = (count: number, text = ''): LedgerEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    at: '2026-01-05T02:00:00.000Z',
    type: 'operator.action',
    body: { who: 'w', action: text },
  }));

test('a frame fits its contract and says its last number', () => {
  const frame = cutFrame(EPOCH, 12, events(3));
  const decoded = decode('ledger', frame?.bytes ?? Buffer.of());
  expect(decoded).toMatchObject({ ok: true, payload: { epoch: EPOCH, newest: 12, events: events(3) } });
  expect(frame).toMatchObject({ events: 3, upto: 3 });
});

test('nothing to say is no frame', () => expect(cutFrame(EPOCH, 0, [])).toBeUndefined());

test('no more than 500 events', () => {
  expect(cutFrame(EPOCH, 600, events(600))).toMatchObject({ events: 500, upto: 500 });
});

test('no more than 256 KiB, counted in bytes and not in characters', () => {
  const frame = cutFrame(EPOCH, 400, events(400, '话'.repeat(1000)));
  expect(frame?.bytes.length).toBeLessThanOrEqual(FRAME_BYTES);
  expect(frame?.events).toBeLessThan(400);
  const next = FRAME_BYTES - (frame?.bytes.length ?? 0);
  expect(next).toBeLessThan(4000);
});

test('an event larger than any frame goes without its body, and holds up nothing', () => {
  const [huge] = events(1, 'x'.repeat(FRAME_BYTES));
  const frame = cutFrame(EPOCH, 2, [huge as LedgerEvent, { ...(events(2)[1] as LedgerEvent) }]);
  expect(frame).toMatchObject({ events: 2, upto: 2 });
  const decoded = decode('ledger', frame?.bytes ?? Buffer.of());
  expect(decoded.ok && decoded.payload.events[0]?.body).toHaveProperty('tooLargeBytes');
});
