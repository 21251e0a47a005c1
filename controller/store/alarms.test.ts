import { describe, expect, it } from 'vitest';
import { boxSummary } from '@branchline/contracts/http/controller';
import { Alarms } from './alarms.ts';
import { databases } from './testing/databases.ts';

describe.each(databases)('on $name', ({ open }) => {
  it('an open alarm is given as the pages want it, with its detail or without one', async () => {
    const db = await open();
    const alarms = new Alarms(db);
    const raised = { code: 'on-battery', severity: 'major', subject: 'mains' } as const;
    await alarms.raised(1, 1, 1_000, { ...raised, alarm: 'a', detail: '6 min left' });
    await alarms.raised(1, 2, 2_000, { ...raised, alarm: 'b' });
    await alarms.raised(1, 3, 3_000, { ...raised, alarm: 'c' });
    await alarms.cleared(1, 4, { alarm: 'c', code: 'on-battery', subject: 'mains', lastedMs: 1 });
    const told = boxSummary.shape.alarms.parse(await alarms.openOf(1));
    expect(told.map(({ id, detail }) => [id, detail])).toEqual([
      ['a', '6 min left'],
      ['b', null],
    ]);
    expect(await alarms.open()).toEqual(new Map([[1, await alarms.openOf(1)]]));
    await db.close();
  });
});
