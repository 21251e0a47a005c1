import { expect, it } from 'vitest';
import { boxSummary } from '@branchline/contracts/http/controller';
import { Alarms } from './alarms.ts';
import { openStore } from './open.ts';

it('an open alarm is given as the pages want it, with its detail or without one', () => {
  const db = openStore(':memory:');
  db.exec('pragma foreign_keys = off');
  const alarms = new Alarms(db);
  const raised = { code: 'on-battery', severity: 'major', subject: 'mains' } as const;
  alarms.raised(1, 1, 1_000, { ...raised, alarm: 'a', detail: '6 min left' });
  alarms.raised(1, 2, 2_000, { ...raised, alarm: 'b' });
  alarms.raised(1, 3, 3_000, { ...raised, alarm: 'c' });
  alarms.cleared(1, 4, { alarm: 'c', code: 'on-battery', subject: 'mains', lastedMs: 1 });
  const open = boxSummary.shape.alarms.parse(alarms.openOf(1));
  expect(open.map(({ id, detail }) => [id, detail])).toEqual([
    ['a', '6 min left'],
    ['b', null],
  ]);
  db.close();
});
