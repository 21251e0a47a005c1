/** Alarms as the ledger tells them. Raise and clear may come in any order: what has the higher number holds. */
import type { EventBody } from '@branchline/contracts/ledger';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { Db } from '@branchline/runtime/sqlite';

export type OpenAlarm = BoxSummary['alarms'][number];

export class Alarms {
  readonly #raised;
  readonly #cleared;
  readonly #open;

  constructor(db: Db) {
    this.#raised = db.prepare<[number, string, string, string, string, string | null, number, number]>(
      `insert into alarm (stream, alarm, code, subject, severity, detail, since, raised_seq)
       values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict do update set severity = excluded.severity, detail = excluded.detail, since = excluded.since,
         raised_seq = excluded.raised_seq where excluded.raised_seq > raised_seq`,
    );
    this.#cleared = db.prepare<[number, string, string, string, number]>(
      `insert into alarm (stream, alarm, code, subject, cleared_seq) values (?, ?, ?, ?, ?)
       on conflict do update set cleared_seq = max(cleared_seq, excluded.cleared_seq)`,
    );
    this.#open = db.prepare<[number], Omit<OpenAlarm, 'since'> & { since: number }>(
      `select alarm as id, code, severity, subject, detail, since from alarm
       where stream = ? and raised_seq > cleared_seq order by since`,
    );
  }

  raised(stream: number, seq: number, at: number, body: EventBody<'alarm.raised'>): void {
    const { alarm, code, subject, severity, detail } = body;
    this.#raised.run(stream, alarm, code, subject, severity, detail ?? null, at, seq);
  }

  cleared(stream: number, seq: number, body: EventBody<'alarm.cleared'>): void {
    this.#cleared.run(stream, body.alarm, body.code, body.subject, seq);
  }

  openOf(stream: number): OpenAlarm[] {
    return this.#open.all(stream).map((row) => ({ ...row, since: new Date(row.since).toISOString() }));
  }
}
