import { expect, test } from 'vitest';
import { disk, resolveDisk } from './disk.ts';

const faults = (written: unknown): string[] =>
  disk.safeParse(written).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

test('a branch that says nothing keeps 1 GB from recordings, and is warned two weeks before', () => {
  const rules = resolveDisk(disk.parse({}));
  expect(rules).toEqual({
    recordingsMb: 1_000,
    messagesMb: 200,
    leftoversMb: 2_000,
    warnMs: 14 * 86_400_000,
  });
});

test('messages are taken for longer than recordings, whatever is written of these', () => {
  expect(resolveDisk(disk.parse({ recordings: 100 })).messagesMb).toBe(100);
  expect(faults({ recordings: 100, messages: 101 })).toEqual([
    "messages: a number not above 'recordings' (100): recordings stop before messages",
  ]);
});

test('leftovers go before recordings are refused, or the document is refused', () => {
  expect(faults({ recordings: 3_000, leftovers: 2_999 })).toEqual([
    "leftovers: a number not less than 'recordings' (3000): leftovers go first",
  ]);
  expect(faults({ recordings: 3_000, leftovers: 3_000 })).toEqual([]);
});

test.each([
  [{ recordings: 0 }],
  [{ recordings: '1GB' }],
  [{ warn: '1h' }],
  [{ warn: '366d' }],
  [{ ledger: 1 }],
])('%j is refused', (written) => expect(faults(written)).toHaveLength(1));
