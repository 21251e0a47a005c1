import { assert, property, string, anything, constantFrom } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeRow, judgeRows, jsonRows, renamed, textRows, type RowRule } from './judging.ts';

const RULES: readonly RowRule[] = [
  { field: 'state', is: /^disabled$/, state: 'bad', what: 'shut down' },
  { field: 'volts', below: 3, state: 'bad', what: 'no line voltage' },
  { field: 'state', is: /^(idle|busy)$/, state: 'good', what: 'in service' },
];

describe('a row by the rules of a model', () => {
  test.each([
    [{ state: 'idle', volts: '-48' }, 'good', 'in service'],
    [{ state: 'idle', volts: '-0.4' }, 'bad', 'no line voltage'],
    [{ state: 'busy', volts: '9' }, 'good', 'in service'],
    [{ state: 'disabled', volts: '-48' }, 'bad', 'shut down'],
    [{ state: 'hovering', volts: '-48' }, 'unclear', "not known: state 'hovering', volts '-48'"],
    [{ volts: '' }, 'unclear', "not known: state '', volts ''"],
    [{ volts: 'NaN', state: 'x' }, 'unclear', "not known: state 'x', volts 'NaN'"],
  ])('%o is %s: %s', (row, state, what) => {
    expect(judgeRow(row, RULES)).toEqual({ state, what });
  });

  test('channels of one line are one judgement: some blocked leave it good, all make it bad', () => {
    const rules: readonly RowRule[] = [
      { field: 'locked', is: /^1$/, state: 'blocked', what: 'blocked' },
      { field: 'locked', is: /^0$/, state: 'good', what: 'open' },
    ];
    const channels = (line: string, ...locked: string[]) => locked.map((value) => ({ line, locked: value }));
    expect(judgeRows([...channels('1', '0', '1', '1'), ...channels('2', '1', '1')], rules)).toEqual({
      1: { state: 'good', what: 'open', blockedChannels: 2 },
      2: { state: 'bad', what: 'blocked' },
    });
    expect(judgeRows([...channels('1', '0'), ...channels('1', '7')], rules)['1']?.state).toBe('unclear');
  });
});

describe('rows of an answer', () => {
  test('are the lines of a text that have the form', () => {
    const text = 'Port State\r\n 1  idle\r\n 2  busy\r\nPort> ';
    expect(textRows(text, /^\s*(?<line>\d+)\s+(?<state>\w+)$/u)).toEqual([
      { line: '1', state: 'idle' },
      { line: '2', state: 'busy' },
    ]);
  });

  test('are the list at a place of JSON, under the names of the rules', () => {
    const value = { a: { ports: [{ id: 7, up: true, more: {} }, 'x'] } };
    const rows = jsonRows(value, 'a.ports') ?? [];
    expect(rows.map((row) => renamed(row, { line: 'id' }))).toEqual([{ id: '7', up: 'true', line: '7' }]);
    expect(jsonRows(value, 'a.gone')).toBeUndefined();
    expect(jsonRows([], '')).toEqual([]);
  });

  test('property: whatever comes, nothing is thrown, and nothing is bad without a rule that says so', () => {
    assert(
      property(string(), anything(), constantFrom('', 'a', 'a.b', '__proto__'), (text, value, path) => {
        const rows = [...textRows(text, /^(?<line>\S*)\s(?<state>.*)$/u), ...(jsonRows(value, path) ?? [])];
        for (const { state } of Object.values(judgeRows(rows, [RULES[2]!]))) expect(state).not.toBe('bad');
      }),
    );
  });
});
