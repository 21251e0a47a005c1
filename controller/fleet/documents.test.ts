/** Two controllers at one database: what a box is told does not go by what one of them happens to remember. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Payload } from '@branchline/contracts/topics';
import { ManualClock } from '@branchline/runtime/clock';
import { Boxes } from '../store/boxes.ts';
import type { Database } from '../store/database.ts';
import { DocumentVersions } from '../store/document-versions.ts';
import { openSqlite } from '../store/open.ts';
import { TemplateStore } from '../store/templates.ts';
import { FleetBoard } from './board.ts';
import { Composer } from './composer.ts';
import { BranchDocuments } from './documents.ts';

const documentOf = (box: string, ring = '15s'): string => `# of ${box}
schema: branchline.branch/1
site: { id: ${box}, name: { zh: 店, en: Shop }, country: CN, timezone: Asia/Shanghai, language: en }
gateways:
  e1: { kind: e1, model: generic-e1, address: 127.0.0.11 }
trunks:
  pstn: { gateway: e1, channels: 30, numbers: ['+86 571 8600 1000'] }
routes: [{ to: emergency, via: [pstn] }]
numbers:
  main: { number: '+86 571 8600 1000', to: queue service }
people:
  li.lei: { name: { zh: 李雷, en: Li Lei }, extension: 8002, phones: [desk-1], agent: { queues: [service] } }
phones: { desk-1: {}, desk-2: {}, desk-3: {}, desk-4: {} }
queues:
  service: { ring: ${ring} }
`;

let db: Database;
beforeEach(() => {
  db = openSqlite(':memory:');
});
afterEach(() => db.close());

function controller() {
  const clock = new ManualClock();
  const versions = new DocumentVersions(db, new Boxes(db));
  const board = new FleetBoard(clock, () => undefined);
  const told: number[] = [];
  const documents = new BranchDocuments({
    ...{ clock, versions, board, composer: new Composer(new TemplateStore(db, versions)) },
    send: (_box, leaf, payload) => {
      if (leaf === 'desired') told.push((payload as Payload<'desired'>).version);
    },
  });
  const put = (after: number) =>
    documents.put('shop', documentOf('shop', `${after + 10}s`), {
      ...{ author: 'Chen', reason: 'a test', address: '', after, confirmWithinS: 60 },
    });
  return { documents, board, told, put };
}

const reported = (seen: { version: number; revision: string } | null) =>
  ({ v: 1, revision: 'a'.repeat(64), desired: { seen } }) as unknown as Payload<'reported'>;

test('a box that has the newest version is not sent an older one by who does not know of it', async () => {
  const [one, other] = [controller(), controller()];
  expect(await one.put(0)).toMatchObject({ ok: true, version: 1 });
  await other.documents.load();
  await one.put(1);
  const newest = one.board.of('shop')?.newest;
  expect(newest?.version).toBe(2);
  await other.documents.reported('shop', reported(newest ?? null));
  expect(other.told).toEqual([]);
  expect(other.board.of('shop')?.newest).toEqual(newest);
});

test('a box that has an older version is sent the newest by each who hears it', async () => {
  const [one, other] = [controller(), controller()];
  await one.put(0);
  const old = one.board.of('shop')?.newest ?? null;
  await other.documents.load();
  await one.put(1);
  await other.documents.reported('shop', reported(old));
  expect(other.told).toEqual([2]);
});
