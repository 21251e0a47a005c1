import { expect, test } from 'vitest';
import { Attendance, SILENT_MS } from './attendance.ts';

test('a box is there from its word on, as long as it is heard', () => {
  const attendance = new Attendance();
  attendance.heard('a', 0);
  expect(attendance.has('a')).toBe(false);
  attendance.came('a', 0);
  attendance.came('b', 0);
  attendance.heard('a', 1_000);
  expect(attendance.silent(SILENT_MS)).toEqual(['b']);
  expect(attendance.silent(SILENT_MS + 999)).toEqual([]);
  expect([attendance.has('a'), attendance.has('b'), attendance.size]).toEqual([true, false, 1]);
  expect(attendance.silent(SILENT_MS + 1_000)).toEqual(['a']);
});

test('a box goes once', () => {
  const attendance = new Attendance();
  attendance.came('a', 0);
  expect([attendance.went('a'), attendance.went('a')]).toEqual([true, false]);
  attendance.came('a', 0);
  attendance.came('b', 0);
  expect(attendance.all()).toEqual(['a', 'b']);
  expect(attendance.all()).toEqual([]);
});
