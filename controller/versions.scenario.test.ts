/** A box of the first release, and one of a release to come, at headquarters as it is now. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { leaves, type Leaf } from '@branchline/contracts/topics';
import { Bed, callEvents, EPOCH, TENANT } from './test-bed.ts';

const bed = new Bed();
let cookie = '';
beforeAll(async () => {
  await bed.start();
  ({ cookie } = await bed.signIn());
}, 120_000);
afterAll(() => bed.end());

const sample = (name: string): string =>
  readFileSync(new URL(`../contracts/samples/topics/${name}.json`, import.meta.url), 'utf8');
const shown = async (box: string) =>
  (await (await bed.api(`/api/boxes/${box}`, { headers: { cookie } })).json()) as {
    online: boolean;
    version: string;
    revision: string | null;
    health: { calls: number } | null;
  };
const refusedOf = (box: string): number =>
  leaves.reduce((sum, leaf) => sum + bed.headquarters.broker.counted(`malformed ${leaf}`, box), 0);

it('understands a box of the first release, word for word', async () => {
  const box = await bed.box('elder');
  for (const leaf of ['presence', 'health', 'reported'] as const)
    await box.tell(leaf, sample(`${leaf}.0.1`), true);
  await expect
    .poll(() => shown('elder'))
    .toMatchObject({
      online: true,
      version: '0.1.0',
      revision: 'a'.repeat(64),
      health: { calls: 2 },
    });
  await box.frame(callEvents('old', 1));
  await box.told('ledger-ack', ({ upto }) => upto === 3);
  expect(refusedOf('elder')).toBe(0);
});

it('understands a box of a later release as far as it knows its words, and loses nothing of its ledger', async () => {
  const box = await bed.box('younger');
  const more = (text: string): string =>
    JSON.stringify({ ...(JSON.parse(text) as object), laterField: { x: [1] } });
  for (const leaf of ['presence', 'health', 'reported'] as const)
    await box.tell(leaf, more(sample(`${leaf}.0.1`)), true);
  const [first, ...rest] = callEvents('new', 1).map((event) => ({ ...event, laterField: 1 }));
  if (!first) throw new Error('a call has events');
  const events = [
    first,
    { ...first, seq: 2, type: 'call.beamed-up' },
    ...rest.map((event) => ({ ...event, seq: event.seq + 1 })),
  ];
  await box.tell('ledger', JSON.stringify({ v: 1, epoch: EPOCH, events, newest: 4, laterField: 1 }));
  await box.told('ledger-ack', ({ upto }) => upto === 4);
  expect(refusedOf('younger')).toBe(0);
  const call = await bed.api('/api/boxes/younger/calls/new', { headers: { cookie } });
  expect(await call.text()).toContain('call.beamed-up');
});

it('is asked for a topic that it has not: the box goes on without', async () => {
  const box = await bed.box('curious');
  await box.tell('presence', sample('presence.0.1'), true);
  const later = `branchline/v1/${TENANT}/curious/${'later-leaf' as Leaf}`;
  await box.client.subscribeAsync(later, { qos: 1 }).catch(() => undefined);
  await box.frame(callEvents('on', 1));
  await box.told('ledger-ack', ({ upto }) => upto === 3);
});
