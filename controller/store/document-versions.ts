/** Every version of every branch's document, and the log of who did what. Nothing of either is ever changed or taken out. */
import type { Composition } from '@branchline/contracts/fleet/templates';
import type { AuditEntry, AuditQuery, DocumentVersion } from '@branchline/contracts/http/fleet-documents';
import type { Db } from '@branchline/runtime/sqlite';
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

const COLUMNS =
  'version, revision, source, author, reason, at, origin, came_from as cameFrom, changes, confirm_within_s as confirmWithinS, composition';

type Row = Omit<StoredVersion, 'at' | 'overwrite' | 'composition'> & {
  at: number;
  composition: string | null;
};

export class DocumentVersions {
  readonly #db: Db;
  readonly #boxes: Boxes;

  constructor(db: Db, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  newest(box: string): StoredVersion | undefined {
    return this.#one(box, 'order by version desc limit 1');
  }

  version(box: string, version: number): StoredVersion | undefined {
    return this.#one(box, 'and version = ?', version);
  }

  /** The newest one up to `upto` that was taken up from the box. */
  takenUp(box: string, upto: number): StoredVersion | undefined {
    return this.#one(box, "and origin = 'taken-up' and version <= ? order by version desc limit 1", upto);
  }

  /** Newest first. */
  all(box: string): DocumentVersion[] {
    const rows = this.#db
      .prepare(`select ${COLUMNS} from document_version where box = ? order by version desc`)
      .all(this.#boxes.find(box)) as Row[];
    return rows.map(({ source: _, confirmWithinS: __, composition: ___, ...row }) => ({
      ...row,
      at: stamp(row.at),
    }));
  }

  /** The newest of every branch: name, number and revision. */
  heads(): { box: string; version: number; revision: string }[] {
    return this.#db
      .prepare(
        `select box.name as box, v.version, v.revision from document_version v join box on box.id = v.box
         where v.version = (select max(version) from document_version where box = v.box)`,
      )
      .all() as { box: string; version: number; revision: string }[];
  }

  /** The version, its line in the log and what `also` writes: all or nothing. @throws when that version is there already */
  add(box: string, version: StoredVersion, audit: NewAudit, also?: () => void): void {
    const { revision, source, author, reason, origin, cameFrom, changes, confirmWithinS, composition } =
      version;
    this.#db.transaction(() => {
      this.#db
        .prepare(
          `insert into document_version
           (box, version, revision, source, author, reason, at, origin, came_from, changes, confirm_within_s, composition)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          this.#boxes.idOf(box),
          version.version,
          revision,
          source,
          author,
          reason,
          audit.at,
          origin,
          cameFrom,
          changes,
          confirmWithinS,
          composition && JSON.stringify(composition),
        );
      this.note(audit);
      also?.();
    })();
  }

  note({ at, who, address, action, box, detail }: NewAudit): void {
    this.#db
      .prepare('insert into audit (at, who, address, action, box, detail) values (?, ?, ?, ?, ?, ?)')
      .run(at, who, address, action, box, detail);
  }

  /** Newest first. */
  audit(asked: AuditQuery & { before?: number | undefined; limit: number }): AuditEntry[] {
    const ms = (time: string | undefined): number | null => (time === undefined ? null : Date.parse(time));
    const rows = this.#db
      .prepare(
        `select id, at, who, address, action, box, detail from audit
         where (@box is null or box = @box) and (@before is null or id < @before)
           and (@who is null or instr(lower(who), lower(@who)) > 0) and (@action is null or action = @action)
           and (@from is null or at >= @from) and (@to is null or at < @to)
         order by id desc limit @limit`,
      )
      .all({
        box: asked.box ?? null,
        before: asked.before ?? null,
        who: asked.who ?? null,
        action: asked.action ?? null,
        ...{ from: ms(asked.from), to: ms(asked.to), limit: asked.limit },
      }) as (Omit<AuditEntry, 'at'> & { at: number })[];
    return rows.map((row) => ({ ...row, at: stamp(row.at) }));
  }

  /** What entries there are of, by name. */
  auditActions(): string[] {
    const rows = this.#db.prepare('select distinct action from audit order by action').all();
    return (rows as { action: string }[]).map(({ action }) => action);
  }

  #one(box: string, which: string, ...more: number[]): StoredVersion | undefined {
    const row = this.#db
      .prepare(`select ${COLUMNS} from document_version where box = ? ${which}`)
      .get(this.#boxes.find(box), ...more) as Row | undefined;
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

const stamp = (at: number): string => new Date(at).toISOString();
