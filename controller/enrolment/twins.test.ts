import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runCame, type Runs } from './twins.ts';

/** Whether twins were noticed anywhere in these connections. */
function noticed(connections: readonly string[]): boolean {
  let runs: Runs = [];
  return connections.some((run) => {
    const came = runCame(runs, run);
    runs = came.runs;
    return came.twins;
  });
}

test('one box, however often it connects and is started again, is no twin', () => {
  const starts = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 60 });
  fc.assert(
    fc.property(starts, (connectionsOf) => {
      const connections = connectionsOf.flatMap((count, run) =>
        Array.from({ length: count }, () => `run-${run}`),
      );
      expect(noticed(connections)).toBe(false);
    }),
  );
});

test('two that take turns are noticed when the first comes for the second time', () => {
  expect(noticed(['a', 'b'])).toBe(false);
  expect(noticed(['a', 'b', 'a'])).toBe(true);
  expect(noticed(['a', 'a', 'b', 'c', 'a'])).toBe(true);
});
