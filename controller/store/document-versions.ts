/** Every version of every branch's document, and the log of who did what. Nothing of either is ever changed or taken out. */
import type { Composition } from '@branchline/contracts/fleet/templates';
import type { AuditEntry, AuditQuery, DocumentVersion } from '@branchline/contracts/http/fleet-documents';
import type { Database } from './database.ts';
import type { Boxes } from './boxes.ts';

export interface StoredVersion extends DocumentVersion {
  readonly source: string;
  readonly confirmWithinS: number;
  /** Changes at the box are put aside. */
  readonly overwrite: boolean;
  /** What it is made of; null where the branch stands beneath no template. */
  readonly composition: Composition | null;
}

export type NewAudit = Omit<AuditEntry, 'id' | 'at'> & { readonly at: number };

const COLUMNS = `version, revision, source, author, reason, at, origin, came_from as "cameFrom", changes,
  confirm_within_s as "confirmWithinS", composition`;

type Row = Omit<StoredVersion, 'at' | 'overwrite' | 'composition'> & {
  at: number;
  composition: string | null;
};

export class DocumentVersions {
  readonly #db: Database;
  readonly #boxes: Boxes;

  constructor(db: Database, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  newest(box: string): Promise<StoredVersion | undefined> {
    return this.#one(box, 'order by version desc limit 1');
  }

  /** Number and revision of the newest one. */
  async head(box: string): Promise<{ version: number; revision: string } | undefined> {
    return this.#db.one(
      'select version, revision from document_version where box = ? order by version desc limit 1',
      (await this.#boxes.find(box)) ?? null,
    );
  }

  version(box: string, version: number): Promise<StoredVersion | undefined> {
    return this.#one(box, 'and version = ?', version);
  }

  /** The newest one up to `upto` that was taken up from the box. */
  takenUp(box: string, upto: number): Promise<StoredVersion | undefined> {
    return this.#one(box, "and origin = 'taken-up' and version <= ? order by version desc limit 1", upto);
  }

  /** Newest first. */
  async all(box: string): Promise<DocumentVersion[]> {
    const rows = await this.#db.all<Row>(
      `select ${COLUMNS} from document_version where box = ? order by version desc`,
      (await this.#boxes.find(box)) ?? null,
    );
    return rows.map(({ source: _, confirmWithinS: __, composition: ___, ...row }) => ({
      ...row,
      at: stamp(row.at),
    }));
  }

  /** The newest of every branch: name, number and revision. */
  heads(): Promise<{ box: string; version: number; revision: string }[]> {
    return this.#db.all(
      `select box.name as box, v.version, v.revision from document_version v join box on box.id = v.box
       where v.version = (select max(version) from document_version where box = v.box)`,
    );
  }

  /**
   * What `work` decides about the branch's document and writes of it: all or nothing, and nobody else decides meanwhile.
   * @throws what `work` throws
   */
  together<T>(box: string, work: () => Promise<T>): Promise<T> {
    return this.#db.together(async () => {
      await this.#boxes.hold(box);
      return work();
    });
  }

  /** When what is being written is on disk. */
  afterwards(effect: () => void): void {
    this.#db.afterwards(effect);
  }

  /** The version, and its line in the log. @throws when that version is there already */
  async add(box: string, version: StoredVersion, audit: NewAudit): Promise<void> {
    const { revision, source, author, reason, origin, cameFrom, changes, confirmWithinS, composition } =
      version;
    await this.#db.together(async () => {
      await this.#db.run(
        `insert into document_version
         (box, version, revision, source, author, reason, at, origin, came_from, changes, confirm_within_s, composition)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[await this.#boxes.idOf(box), version.version, revision, source, author, reason, audit.at],
        ...[origin, cameFrom, changes, confirmWithinS, composition && JSON.stringify(composition)],
      );
      await this.note(audit);
    });
  }

  async note({ at, who, address, action, box, detail }: NewAudit): Promise<void> {
    await this.#db.run(
      'insert into audit (at, who, address, action, box, detail) values (?, ?, ?, ?, ?, ?)',
      ...[at, who, address, action, box, detail],
    );
  }

  /** Newest first. */
  async audit(asked: AuditQuery & { before?: number | undefined; limit: number }): Promise<AuditEntry[]> {
    const { within } = this.#db.words;
    const conditions: [string, string | number | undefined][] = [
      ['box = ?', asked.box],
      ['id < ?', asked.before],
      [within('lower(who)', 'lower(?)'), asked.who],
      ['action = ?', asked.action],
      ['at >= ?', ms(asked.from)],
      ['at < ?', ms(asked.to)],
    ];
    const held = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
    const where = held.length === 0 ? '' : `where ${held.map(({ sql }) => sql).join(' and ')}`;
    const rows = await this.#db.all<Omit<AuditEntry, 'at'> & { at: number }>(
      `select id, at, who, address, action, box, detail from audit ${where} order by id desc limit ?`,
      ...[...held.map(({ value }) => value), asked.limit],
    );
    return rows.map((row) => ({ ...row, at: stamp(row.at) }));
  }

  /** What entries there are of, by name. */
  async auditActions(): Promise<string[]> {
    const rows = await this.#db.all<{ action: string }>('select distinct action from audit order by action');
    return rows.map(({ action }) => action);
  }

  async #one(box: string, which: string, ...more: number[]): Promise<StoredVersion | undefined> {
    const row = await this.#db.one<Row>(
      `select ${COLUMNS} from document_version where box = ? ${which}`,
      ...[(await this.#boxes.find(box)) ?? null, ...more],
    );
    return (
      row && {
        ...row,
        at: stamp(row.at),
        overwrite: row.origin === 'overwrite',
        composition: row.composition === null ? null : (JSON.parse(row.composition) as Composition),
      }
    );
  }
}

const ms = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : Date.parse(time);
const stamp = (at: number): string => new Date(at).toISOString();
