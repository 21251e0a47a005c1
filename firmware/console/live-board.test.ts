import { expect, test } from 'vitest';
import { liveState, type LiveAlarm, type LiveChange } from '@branchline/contracts/live';
import { ManualClock } from '@branchline/runtime/clock';
import { LiveBoard } from './live-board.ts';

const site = { id: 'hangzhou-west', name: { zh: '杭州西', en: 'Hangzhou West' }, timezone: 'Asia/Shanghai' };
const alarm: LiveAlarm = {
  id: 'a1',
  code: 'trunk-down',
  severity: 'major',
  subject: 'e1-a',
  detail: null,
  since: '2026-01-05T02:00:00.000Z',
};

function started(): { board: LiveBoard; heard: LiveChange[]; clock: ManualClock; stop: () => void } {
  const clock = new ManualClock();
  const board = new LiveBoard(clock, site);
  const heard: LiveChange[] = [];
  return { board, heard, clock, stop: board.subscribe((change) => heard.push(change)) };
}

test('a new value is shown and told with its time', () => {
  const { board, heard, clock } = started();
  clock.advance(1500);
  board.set('alarms', 'a1', alarm);
  expect(heard).toEqual([{ at: '2026-01-05T02:00:01.500Z', in: 'alarms', id: 'a1', value: alarm }]);
  expect(board.snapshot().alarms).toEqual({ a1: alarm });
});

test('an equal value, and the removal of what is not there, are not told', () => {
  const { board, heard } = started();
  board.set('alarms', 'a1', alarm);
  board.set('alarms', 'a1', structuredClone(alarm));
  board.set('alarms', 'nobody', null);
  expect(heard).toHaveLength(1);
});

test('a removal is told as null', () => {
  const { board, heard } = started();
  board.set('alarms', 'a1', alarm);
  board.set('alarms', 'a1', null);
  expect(heard.at(-1)).toMatchObject({ in: 'alarms', id: 'a1', value: null });
  expect(board.snapshot().alarms).toEqual({});
});

test('a snapshot stays as it was taken, and fits its contract', () => {
  const { board } = started();
  board.set('alarms', 'a1', alarm);
  const taken = board.snapshot();
  board.set('alarms', 'a1', null);
  expect(taken.alarms).toEqual({ a1: alarm });
  expect(liveState.parse(taken)).toEqual(taken);
});

test('a listener that left hears nothing, also when it leaves while being told', () => {
  const { board, heard, stop } = started();
  const seen: string[] = [];
  const leave = board.subscribe((change) => {
    seen.push(change.id);
    leave();
  });
  stop();
  board.set('alarms', 'a1', alarm);
  board.set('alarms', 'a1', null);
  expect(heard).toEqual([]);
  expect(seen).toEqual(['a1']);
});

test('the name of the branch follows the document', () => {
  const { board } = started();
  board.setSite({ ...site, name: { zh: '杭州', en: 'Hangzhou' } });
  expect(board.snapshot().site.name.en).toBe('Hangzhou');
});
