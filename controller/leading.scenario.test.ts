/** Two controllers as they ship on one PostgreSQL: rollouts are at the one that leads, and pass to the other when it goes. */
import { expect, it } from 'vitest';
import { freshPostgres } from './store/testing/databases.ts';
import { Bed } from './test-bed.ts';

const rollouts = async (bed: Bed): Promise<unknown> => {
  const answer = await bed.api('/api/rollouts', { headers: await bed.signIn() });
  return [answer.status, await answer.json()];
};
const SHOWN = [200, { rollouts: [] }];

it('passes from the controller that stops to the one that stays, and not back when it returns', async () => {
  const more = { BRANCHLINE_HQ_DATABASE_URL: await freshPostgres() };
  const first = new Bed(more);
  await first.start();
  const second = first.beside();
  try {
    await second.start();
    expect(await rollouts(first)).toEqual(SHOWN);
    expect(await rollouts(second)).toMatchObject([503, { code: 'another-leads' }]);
    await first.stop();
    await expect.poll(() => rollouts(second), { timeout: 15_000 }).toEqual(SHOWN);
    await first.start();
    expect(await rollouts(first)).toMatchObject([503, { code: 'another-leads' }]);
    expect(await rollouts(second)).toEqual(SHOWN);
  } finally {
    await second.end();
    await first.end();
  }
});

it('does not start on a data directory that another has', async () => {
  const bed = new Bed();
  await bed.start();
  const second = new Bed({ BRANCHLINE_HQ_DATA_DIR: bed.dir });
  try {
    await expect(second.start()).rejects.toThrow('another controller that runs has this directory');
  } finally {
    await second.end();
    await bed.end();
  }
});
