import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { BLOCK, canonicalLine } from '@branchline/contracts/ledger-digest';
import { silentLog } from '@branchline/runtime/log';
import { LedgerDigests } from './digests.ts';
import { asReported, FRAME_BYTES } from './frames.ts';
import { MemoryLedger } from './testing/memory-ledger.ts';

let ledger: MemoryLedger;
let digests: LedgerDigests;
beforeEach(() => {
  ledger = new MemoryLedger();
  digests = new LedgerDigests(ledger, silentLog);
});

const ask = (from: number, to: number, epoch = ledger.epoch) =>
  digests.answer({ v: 1, id: 'q', epoch, from, to });
const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
const lines = (from: number, to: number): string =>
  ledger
    .range(from, to, to)
    .map((event) => canonicalLine(asReported(event)))
    .join('');

test('the digest is the hash over the hashes of the pieces', async () => {
  ledger.append(BLOCK + 10);
  const pieces = [sha256(lines(1, BLOCK)), sha256(lines(BLOCK + 1, BLOCK + 7))];
  const whole = sha256(Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'hex'))));
  expect(await ask(1, BLOCK + 7)).toEqual({
    ...{ v: 1, id: 'q', epoch: ledger.epoch, from: 1, to: BLOCK + 7, newest: BLOCK + 10, sha256: whole },
  });
  expect([...ledger.blocks]).toEqual([[0, pieces[0]]]);
});

test('what is kept no more is still compared as a whole block, and not as a part of one', async () => {
  ledger.append(3 * BLOCK);
  const before = await ask(1, 2 * BLOCK);
  ledger.forget(BLOCK + 100);
  expect(await ask(1, 2 * BLOCK)).toEqual(before);
  expect((await ask(1, 10))?.sha256).toBeNull();
  expect((await ask(2 * BLOCK + 1, 2 * BLOCK + 9))?.sha256).not.toBeNull();
});

test('of another ledger, of numbers never given, and backwards there is none', async () => {
  ledger.append(5);
  for (const answer of [await ask(1, 5, 'f'.repeat(16)), await ask(1, 6), await ask(4, 3)])
    expect(answer?.sha256).toBeNull();
});

test('an event too large for any frame counts as it was reported', async () => {
  ledger.append(1, { who: 'x', action: 'y'.repeat(FRAME_BYTES) });
  const [event] = ledger.range(1, 1, 1);
  expect(event && asReported(event).body).toHaveProperty('tooLargeBytes');
  expect((await ask(1, 1))?.sha256).toBe(sha256(Buffer.from(sha256(lines(1, 1)), 'hex')));
});

test('too many questions at once are dropped, and the others answered in order', async () => {
  ledger.append(300);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(1, index + 1)));
  expect(answers.map((answer) => answer?.to)).toEqual(
    Array.from({ length: 20 }, (_, index) => (index < 16 ? index + 1 : undefined)),
  );
});
