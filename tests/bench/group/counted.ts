/** What is in the database once the controllers are gone: every event that was called stored is there, once, and as its box told it. */
import { digestOf } from '@branchline/controller/ledger/digest';
import type { Database } from '@branchline/controller/store/database';
import { Events } from '@branchline/controller/store/events';
import { LedgerReader } from '@branchline/controller/store/ledger-reader';
import { Streams } from '@branchline/controller/store/streams';
import { digestOf as toldBy } from '../../fleet/load/load-box.ts';
import type { Fleet } from '../ingest/fleet.ts';

export interface Counted {
  /** Of all boxes together. */
  readonly rows: number;
  readonly lost: number;
  readonly twice: number;
  /** Boxes whose history reads otherwise than they told it. */
  readonly differ: number;
}

export async function countedIn(db: Database, fleet: Fleet): Promise<Counted> {
  const kept = await db.all<{ box: string; events: number; numbers: number }>(
    `select box.name as box, count(*) as events, count(distinct event.seq) as numbers from event
     join call on call.id = event.owner join box on box.id = call.box group by box.name`,
  );
  const upto = new Map((await new Streams(db).current()).map((stream) => [stream.box, stream]));
  const reader = new LedgerReader(db, new Events(db));
  let [lost, differ] = [0, 0];
  for (const [index, { name, acked }] of fleet.boxes.entries()) {
    const stream = upto.get(name);
    const whole = stream?.kept.upto ?? 0;
    lost += Math.max(0, acked - whole);
    if (!stream || whole === 0) continue;
    const here = await digestOf({ reader }, stream, 1, whole);
    if (here !== toldBy(index, 1, whole)) differ += 1;
  }
  const sum = (of: (row: (typeof kept)[number]) => number): number =>
    kept.reduce((total, row) => total + of(row), 0);
  const rows = sum(({ events }) => events);
  return { rows, lost, twice: rows - sum(({ numbers }) => numbers), differ };
}
