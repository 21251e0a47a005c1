import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RolloutStatus } from '@branchline/contracts/fleet/rollouts';
import { ManualClock } from '@branchline/runtime/clock';
import { Boxes } from '../store/boxes.ts';
import type { Database } from '../store/database.ts';
import { DocumentVersions } from '../store/document-versions.ts';
import { openSqlite } from '../store/open.ts';
import { TemplateStore } from '../store/templates.ts';
import { TemplateRemoval } from './template-removal.ts';

const asker = { who: 'chen', address: '10.0.0.9' };
let db: Database;
let versions: DocumentVersions;
let store: TemplateStore;
beforeEach(async () => {
  db = openSqlite(':memory:');
  versions = new DocumentVersions(db, new Boxes(db));
  store = new TemplateStore(db, versions);
  const by = { author: 'chen', reason: 'so', at: 0, changes: 1, source: 'a: 1' };
  const audit = { at: 0, who: 'chen', address: '', action: 'template', box: null, detail: '' };
  await store.add({ name: 'fleet', version: 1, parent: null, ...by }, audit);
});
afterEach(() => db.close());

function removal(going: readonly { status: RolloutStatus; kind: 'assignment' | 'document' }[] = []) {
  return new TemplateRemoval({
    ...{ clock: new ManualClock(5_000), store },
    rollouts: {
      list: () => going.map(({ status }, index) => ({ id: index + 1, name: 'move', status })),
      detail: (id) => ({
        change:
          going[id - 1]?.kind === 'document'
            ? { kind: 'document', set: [{ path: ['queues'] }] }
            : { kind: 'assignment', template: null, overrides: 'keep' },
      }),
    },
  });
}

it('is in the log with who did it, and is done once', async () => {
  await removal().remove('fleet', asker);
  expect((await versions.audit({ limit: 1 }))[0]).toMatchObject({
    ...{ who: 'chen', address: '10.0.0.9', action: 'template' },
    detail: "template 'fleet' taken away at version 1",
  });
  await expect(removal().remove('fleet', asker)).rejects.toThrow("There is no template 'fleet'");
});

it.each(['running', 'paused', 'going-back'] as const)(
  'is refused while a rollout is %s that may give a branch its templates back',
  async (status) => {
    const refused = removal([{ status, kind: 'assignment' }]).remove('fleet', asker);
    await expect(refused).rejects.toThrow("Template 'fleet' is in use: rollouts 1 (move)");
    expect(await store.versions('fleet')).toHaveLength(1);
  },
);

it.each([
  ['running', 'document'],
  ['done', 'assignment'],
  ['gone-back', 'assignment'],
] as const)('is not hindered by one that is %s and of kind %s', async (status, kind) => {
  await removal([{ status, kind }]).remove('fleet', asker);
  expect(await store.versions('fleet')).toEqual([]);
});
