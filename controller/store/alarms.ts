/** Alarms as the ledger tells them. Raise and clear may come in any order: what has the higher number holds. */
import type { EventBody } from '@branchline/contracts/ledger';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { Db } from '@branchline/runtime/sqlite';

export type OpenAlarm = BoxSummary['alarms'][number];

export class Alarms {
  readonly #raised;
  readonly #placed;
  readonly #acknowledged;
  readonly #cleared;
  readonly #open;

  constructor(db: Db) {
    this.#raised = db.prepare<[number, string, string, string, string, string | null, number, number]>(
      `insert into alarm (stream, alarm, code, subject, severity, detail, since, raised_seq)
       values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict do update set code = excluded.code, subject = excluded.subject, severity = excluded.severity, detail = excluded.detail, since = excluded.since,
         raised_seq = excluded.raised_seq where excluded.raised_seq > raised_seq`,
    );
    this.#placed = db.prepare<[number, string, string, string, string | null, string | null, number]>(
      `insert into alarm (stream, alarm, code, subject, cause, quiet, placed_seq) values (?, ?, ?, ?, ?, ?, ?)
       on conflict do update set cause = excluded.cause, quiet = excluded.quiet, placed_seq = excluded.placed_seq
         where excluded.placed_seq > placed_seq`,
    );
    this.#acknowledged = db.prepare<[number, string, string, string | null, number, number]>(
      `insert into alarm (stream, alarm, code, subject, ack_who, ack_note, ack_at, ack_seq)
       values (?, ?, '', '', ?, ?, ?, ?)
       on conflict do update set ack_who = excluded.ack_who, ack_note = excluded.ack_note, ack_at = excluded.ack_at,
         ack_seq = excluded.ack_seq where excluded.ack_seq > ack_seq`,
    );
    this.#cleared = db.prepare<[number, string, string, string, number]>(
      `insert into alarm (stream, alarm, code, subject, cleared_seq) values (?, ?, ?, ?, ?)
       on conflict do update set cleared_seq = max(cleared_seq, excluded.cleared_seq)`,
    );
    this.#open = db.prepare<[number], OpenRow>(
      `select alarm as id, code, severity, subject, detail, since, cause, quiet, ack_who, ack_note, ack_at from alarm
       where stream = ? and raised_seq > cleared_seq order by since`,
    );
  }

  raised(stream: number, seq: number, at: number, body: EventBody<'alarm.raised'>): void {
    const { alarm, code, subject, severity, detail } = body;
    this.#raised.run(stream, alarm, code, subject, severity, detail ?? null, at, seq);
    this.placed(stream, seq, body);
  }

  placed(stream: number, seq: number, body: EventBody<'alarm.placed'>): void {
    const { alarm, code, subject, cause = null, window = null } = body;
    this.#placed.run(stream, alarm, code, subject, cause, window, seq);
  }

  acknowledged(stream: number, seq: number, at: number, body: EventBody<'alarm.acknowledged'>): void {
    this.#acknowledged.run(stream, body.alarm, body.who, body.note ?? null, at, seq);
  }

  cleared(stream: number, seq: number, body: EventBody<'alarm.cleared'>): void {
    this.#cleared.run(stream, body.alarm, body.code, body.subject, seq);
  }

  openOf(stream: number): OpenAlarm[] {
    return this.#open.all(stream).map(alarmOf);
  }
}

interface OpenRow extends Pick<OpenAlarm, 'id' | 'code' | 'severity' | 'subject' | 'detail'> {
  readonly since: number;
  readonly cause: string | null;
  readonly quiet: string | null;
  readonly ack_who: string | null;
  readonly ack_note: string | null;
  readonly ack_at: number | null;
}

function alarmOf(row: OpenRow): OpenAlarm {
  const { id, code, severity, subject, detail, since, cause, quiet, ack_who, ack_note, ack_at } = row;
  return {
    ...{ id, code, severity, subject, detail },
    since: new Date(since).toISOString(),
    ...(cause !== null && { cause }),
    ...(quiet !== null && { window: quiet }),
    ...(ack_who !== null &&
      ack_at !== null && {
        acknowledged: { who: ack_who, at: new Date(ack_at).toISOString(), note: ack_note },
      }),
  };
}
