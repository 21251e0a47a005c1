/** Templates with every version of them, and which branches go by which. */
import type { Composition, TemplateVersion } from '@branchline/contracts/fleet/templates';
import type { Db } from '@branchline/runtime/sqlite';
import { readYaml } from '@branchline/runtime/yaml-text';
import type { DocumentVersions, NewAudit } from './document-versions.ts';

export interface StoredTemplate extends TemplateVersion {
  readonly source: string;
  readonly author: string;
  readonly reason: string;
  /** Ms since 1970. */
  readonly at: number;
  /** Fields that differ from the version before. */
  readonly changes: number;
}

/** The newest version of a branch's document that is made of templates. */
export interface Beneath {
  readonly box: string;
  readonly version: number;
  readonly composition: Composition;
}

type Row = Omit<StoredTemplate, 'document'>;

const COLUMNS = 'name, version, parent, source, author, reason, at, changes';
const NEWEST = 'version = (select max(version) from template_version v where v.name = template_version.name)';

export class TemplateStore {
  readonly #db: Db;
  readonly #versions: DocumentVersions;

  constructor(db: Db, versions: DocumentVersions) {
    this.#db = db;
    this.#versions = versions;
  }

  /** The newest version of each, by name. */
  newest(): Promise<StoredTemplate[]> {
    return this.#read(`where ${NEWEST} order by name`);
  }

  /** Newest first. */
  versions(name: string): Promise<StoredTemplate[]> {
    return this.#read('where name = ? order by version desc', name);
  }

  async version(name: string, version: number): Promise<StoredTemplate | undefined> {
    return (await this.#read('where name = ? and version = ?', name, version))[0];
  }

  /** The version that branches go by which come to stand beneath it, by name. */
  inForce(): Promise<ReadonlyMap<string, number>> {
    const rows = this.#db.prepare('select name, in_force as version from template').all();
    return Promise.resolve(
      new Map((rows as { name: string; version: number }[]).map(({ name, version }) => [name, version])),
    );
  }

  /** A version and its line in the log. The first one of a template is in force. @throws when that version is there already */
  add({ name, version, parent, source, ...row }: Row, audit: NewAudit): Promise<void> {
    this.#db.transaction(() => {
      if (version === 1) this.#db.prepare('insert into template (name, in_force) values (?, 1)').run(name);
      this.#db
        .prepare(`insert into template_version (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)`)
        .run(name, version, parent, source, row.author, row.reason, row.at, row.changes);
      this.#versions.note(audit);
    })();
    return Promise.resolve();
  }

  /** Within whatever transaction the caller has begun. */
  putInForce(name: string, version: number): void {
    this.#db.prepare('update template set in_force = ? where name = ?').run(version, name);
  }

  beneath(): Promise<Beneath[]> {
    const rows = this.#db
      .prepare(
        `select box.name as box, v.version, v.composition from document_version v join box on box.id = v.box
         where v.composition is not null and v.version = (select max(version) from document_version where box = v.box)
         order by box.name`,
      )
      .all() as { box: string; version: number; composition: string }[];
    return Promise.resolve(
      rows.map(({ composition, ...row }) => ({
        ...row,
        composition: JSON.parse(composition) as Composition,
      })),
    );
  }

  #read(which: string, ...values: (string | number)[]): Promise<StoredTemplate[]> {
    const rows = this.#db.prepare(`select ${COLUMNS} from template_version ${which}`).all(...values) as Row[];
    return Promise.resolve(
      rows.map((row) => {
        const read = readYaml(row.source);
        return { ...row, document: read.ok ? read.value : {} };
      }),
    );
  }
}
