import type { CallSummary } from '@branchline/contracts/call-story';
import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

const call: CallSummary = {
  id: 'c1',
  direction: 'in',
  from: { kind: 'caller', id: '+8613812345678' },
  dialled: '=HYPERLINK("x")',
  trunk: 'a,b',
  queue: null,
  answeredBy: [{ kind: 'agent', id: 'li.lei' }],
  startedAt: '2026-11-22T01:00:00Z',
  answeredAt: null,
  endedAt: null,
  waitMs: 1_500,
  talkMs: 0,
  outcome: 'live',
  recording: null,
  notRecordedBecause: null,
  held: false,
  transfers: 0,
  emergency: false,
  recovered: false,
  lastSeq: 1,
};

test('one line a call; commas and quotes are kept, formulas are not run', () => {
  expect(csvOf([call]).split('\r\n')).toEqual([
    'box,call,started,answered,ended,direction,from,dialled,trunk,queue,answered_by,wait_s,talk_s,outcome,recording',
    `,c1,2026-11-22T01:00:00Z,,,in,+8613812345678,"'=HYPERLINK(""x"")","a,b",,li.lei,1.5,0,live,`,
    '',
  ]);
});
