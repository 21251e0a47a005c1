/** G16: bytes that reach the flash for each call, beside one row and one transaction a call. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '@branchline/runtime/sqlite';
import type { Bench } from './rig/context.ts';
import { NUMBERS } from './rig/document.ts';
import { startPair } from './rig/pair.ts';
import { writtenBytes } from './rig/proc.ts';
import { pace } from './rig/queue-traffic.ts';
import type { Found } from './rig/report.ts';

const CALLS = 200;
const QUIET_MS = 2_000;

export async function bytes(bench: Bench): Promise<Found> {
  const box: number[] = [];
  const hq: number[] = [];
  const peer: number[] = [];
  const pair = await startPair(bench, 10);
  try {
    const [boxPid, hqPid] = [pair.branch.programs.pid('box'), pair.branch.programs.pid('hq')];
    for (let round = 0; round < bench.rounds; round += 1) {
      bench.say(`bytes, round ${round + 1} of ${bench.rounds}`);
      const before = [boxPid, hqPid].map(writtenBytes);
      const order = { number: NUMBERS.queue, everyMs: 60, calls: CALLS, talkMs: 300, pids: [] };
      const { answered } = await pace(pair.loads.ours, order);
      await pause(QUIET_MS);
      box.push((writtenBytes(boxPid) - (before[0] ?? 0)) / answered);
      hq.push((writtenBytes(hqPid) - (before[1] ?? 0)) / answered);
      peer.push(rowPerTransaction());
    }
  } finally {
    await pair.stop();
  }
  const row = { goal: 'G16', unit: 'B', peer, wanted: { atMost: 0.1 } };
  return {
    name: 'bytes',
    rows: [
      { ...row, what: 'written by the box for each call', ours: box },
      { ...row, what: 'written by headquarters for each call', ours: hq },
    ],
    notes: [
      'peer: one row of 300 bytes with two indexes for each call, a transaction of its own, synchronous=FULL',
      'ours is the whole story of a call (about nine events), the calls in progress and the history; headquarters serves one box here',
      'sixteen calls a second; a branch has one in ten seconds, and then less shares a transaction',
    ],
  };
}

/** Bytes for each row, by this process. */
function rowPerTransaction(): number {
  const dir = mkdtempSync(join(tmpdir(), 'branchline-bench-rows-'));
  try {
    const db = openDatabase(join(dir, 'cdr.db'), [
      {
        name: 'cdr',
        sql: `create table cdr (id text primary key, started integer not null, caller text not null, record text not null);
              create index cdr_started on cdr (started);
              create index cdr_caller on cdr (caller);`,
      },
    ]);
    const insert = db.prepare('insert into cdr values (?, ?, ?, ?)');
    const before = writtenBytes(process.pid);
    for (let n = 0; n < CALLS; n += 1)
      insert.run(
        crypto.randomUUID(),
        Date.now(),
        `+86139${Math.floor(Math.random() * 1e8)}`,
        'x'.repeat(300),
      );
    const written = writtenBytes(process.pid) - before;
    db.close();
    return written / CALLS;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
