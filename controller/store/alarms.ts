/** Alarms as the ledger tells them. Raise and clear may come in any order: what has the higher number holds. */
import type { EventBody } from '@branchline/contracts/ledger';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { Database } from './database.ts';

export type OpenAlarm = BoxSummary['alarms'][number];

export class Alarms {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async raised(stream: number, seq: number, at: number, body: EventBody<'alarm.raised'>): Promise<void> {
    const { alarm, code, subject, severity, detail } = body;
    await this.#db.run(
      `insert into alarm (stream, alarm, code, subject, severity, detail, since, raised_seq)
       values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (stream, alarm) do update set code = excluded.code, subject = excluded.subject,
         severity = excluded.severity, detail = excluded.detail, since = excluded.since, raised_seq = excluded.raised_seq
         where excluded.raised_seq > alarm.raised_seq`,
      ...[stream, alarm, code, subject, severity, detail ?? null, at, seq],
    );
    await this.placed(stream, seq, body);
  }

  async placed(stream: number, seq: number, body: EventBody<'alarm.placed'>): Promise<void> {
    const { alarm, code, subject, cause = null, window = null } = body;
    await this.#db.run(
      `insert into alarm (stream, alarm, code, subject, cause, quiet, placed_seq) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (stream, alarm) do update set cause = excluded.cause, quiet = excluded.quiet,
         placed_seq = excluded.placed_seq where excluded.placed_seq > alarm.placed_seq`,
      ...[stream, alarm, code, subject, cause, window, seq],
    );
  }

  async acknowledged(
    stream: number,
    seq: number,
    at: number,
    { alarm, who, note }: EventBody<'alarm.acknowledged'>,
  ): Promise<void> {
    await this.#db.run(
      `insert into alarm (stream, alarm, code, subject, ack_who, ack_note, ack_at, ack_seq)
       values (?, ?, '', '', ?, ?, ?, ?)
       on conflict (stream, alarm) do update set ack_who = excluded.ack_who, ack_note = excluded.ack_note,
         ack_at = excluded.ack_at, ack_seq = excluded.ack_seq where excluded.ack_seq > alarm.ack_seq`,
      ...[stream, alarm, who, note ?? null, at, seq],
    );
  }

  async cleared(stream: number, seq: number, body: EventBody<'alarm.cleared'>): Promise<void> {
    const { alarm, code, subject } = body;
    await this.#db.run(
      `insert into alarm (stream, alarm, code, subject, cleared_seq) values (?, ?, ?, ?, ?)
       on conflict (stream, alarm) do update set cleared_seq = excluded.cleared_seq
         where excluded.cleared_seq > alarm.cleared_seq`,
      ...[stream, alarm, code, subject, seq],
    );
  }

  async openOf(stream: number): Promise<OpenAlarm[]> {
    const rows = await this.#db.all<OpenRow>(`${OPEN} and stream = ? order by since`, stream);
    return rows.map(alarmOf);
  }

  /** Of every stream that has any, or of these. */
  async open(of?: readonly number[]): Promise<ReadonlyMap<number, OpenAlarm[]>> {
    const these = `and stream in (select cast(value as bigint) from ${this.#db.words.items('?')})`;
    const rows = await (of
      ? this.#db.all<OpenRow & { stream: number }>(
          `${OPEN} ${these} order by stream, since`,
          JSON.stringify(of),
        )
      : this.#db.all<OpenRow & { stream: number }>(`${OPEN} order by stream, since`));
    const open = new Map<number, OpenAlarm[]>();
    for (const row of rows) open.set(row.stream, [...(open.get(row.stream) ?? []), alarmOf(row)]);
    return open;
  }
}

const OPEN = `select stream, alarm as id, code, severity, subject, detail, since, cause, quiet, ack_who, ack_note, ack_at
  from alarm where raised_seq > cleared_seq`;

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
