import { expect, test } from 'vitest';
import type { Branch } from '@branchline/contracts/branch/model';
import { LineBook } from './line-book.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;

function book() {
  let now = 0;
  const open = new Set<string>();
  const lines = new LineBook({
    clock: { now: () => now, monotonic: () => now, after: () => ({ cancel: () => undefined }) },
    branch: () =>
      ({ phones: Object.fromEntries(NAMES.map((name) => [name, {}])), people: {} }) as unknown as Branch,
    alarms: {
      raise: (code, subject) => void open.add(`${code} ${subject}`),
      clear: (code, subject) => void open.delete(`${code} ${subject}`),
    },
    board: { set: () => undefined },
    trunks: { gateway: () => undefined, documentChanged: () => undefined },
    onChange: () => undefined,
  });
  const all = (reachable: boolean, names: readonly string[] = NAMES): void => {
    for (const name of names) lines.peer({ kind: 'phone', name }, reachable);
  };
  return { all, open, pass: (ms: number) => (now += ms) };
}

test('telephones that have not registered since the start are no fault', () => {
  const { all, open } = book();
  all(false);
  all(false);
  expect([...open]).toEqual([]);
});

test('those that were lost together are one fault, until fewer than three of them are away', () => {
  const { all, open, pass } = book();
  all(true);
  all(false, ['a', 'b']);
  expect([...open]).toEqual(['phone-unreachable a', 'phone-unreachable b']);
  pass(30_000);
  all(false, ['c']);
  expect(open).toContain('phones-unreachable phones');
  pass(3_600_000);
  all(false, ['a']);
  expect(open).toContain('phones-unreachable phones');
  all(true, ['c']);
  expect([...open]).toEqual(['phone-unreachable a', 'phone-unreachable b']);
});

test('those that were lost one after the other are faults of their own', () => {
  const { all, open, pass } = book();
  all(true);
  for (const name of NAMES) {
    all(false, [name]);
    pass(100_000);
  }
  expect([...open]).toEqual(NAMES.map((name) => `phone-unreachable ${name}`));
});
