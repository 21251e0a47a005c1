/** Templates with every version of them, and which branches go by which. */
import type { Composition, TemplateVersion } from '@branchline/contracts/fleet/templates';
import { readYaml } from '@branchline/runtime/yaml-text';
import type { Database } from './database.ts';
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
const THERE = 'name in (select name from template where removed_at is null)';
const NEWEST = 'version = (select max(version) from template_version v where v.name = template_version.name)';

export class TemplateStore {
  readonly #db: Database;
  readonly #versions: DocumentVersions;

  constructor(db: Database, versions: DocumentVersions) {
    this.#db = db;
    this.#versions = versions;
  }

  /** The newest version of each, by name. */
  newest(): Promise<StoredTemplate[]> {
    return this.#read(`where ${NEWEST} and ${THERE} order by name`);
  }

  /** Newest first. */
  versions(name: string): Promise<StoredTemplate[]> {
    return this.#read(`where name = ? and ${THERE} order by version desc`, name);
  }

  /** The highest number that a template of this name ever had, one that was taken away too; 0 for none. */
  async lastNumber(name: string): Promise<number> {
    const row = await this.#db.one<{ last: number | null }>(
      'select max(version) as last from template_version where name = ?',
      name,
    );
    return row?.last ?? 0;
  }

  /** Also of a template that was taken away. */
  async version(name: string, version: number): Promise<StoredTemplate | undefined> {
    return (await this.#read('where name = ? and version = ?', name, version))[0];
  }

  /** The version that branches go by which come to stand beneath it, by name. */
  async inForce(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db.all<{ name: string; version: number }>(
      'select name, in_force as version from template where removed_at is null',
    );
    return new Map(rows.map(({ name, version }) => [name, version]));
  }

  /** A version and its line in the log. The first one of a template is in force, also of one that was taken away. @throws when that version is there already */
  add({ name, version, parent, source, ...row }: Row, audit: NewAudit): Promise<void> {
    return this.#db.together(async () => {
      if (version === 1) await this.#db.run('insert into template (name, in_force) values (?, 1)', name);
      else
        await this.#db.run(
          'update template set removed_at = null, in_force = ? where name = ? and removed_at is not null',
          ...[version, name],
        );
      await this.#db.run(
        `insert into template_version (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[name, version, parent, source, row.author, row.reason, row.at, row.changes],
      );
      await this.#versions.note(audit);
    });
  }

  /** All or nothing of what `work` decides and writes. */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.#db.together(work);
  }

  /** At `audit.at`. Its versions stay. */
  async remove(name: string, audit: NewAudit): Promise<void> {
    await this.#db.together(async () => {
      await this.#db.run('update template set removed_at = ? where name = ?', audit.at, name);
      await this.#versions.note(audit);
    });
  }

  /** The templates that stand beneath it by a version that is the newest or in force. */
  async children(name: string): Promise<string[]> {
    const rows = await this.#db.all<{ name: string }>(
      `select distinct name from template_version where parent = ? and ${THERE} and (${NEWEST}
         or version = (select in_force from template t where t.name = template_version.name)) order by name`,
      name,
    );
    return rows.map((row) => row.name);
  }

  async putInForce(name: string, version: number): Promise<void> {
    await this.#db.run('update template set in_force = ? where name = ?', version, name);
  }

  async beneath(): Promise<Beneath[]> {
    const rows = await this.#db.all<{ box: string; version: number; composition: string }>(
      `select box.name as box, v.version, v.composition from document_version v join box on box.id = v.box
       where v.composition is not null and v.version = (select max(version) from document_version where box = v.box)
       order by box.name`,
    );
    return rows.map(({ composition, ...row }) => ({
      ...row,
      composition: JSON.parse(composition) as Composition,
    }));
  }

  async #read(which: string, ...values: readonly (string | number)[]): Promise<StoredTemplate[]> {
    const rows = await this.#db.all<Row>(`select ${COLUMNS} from template_version ${which}`, ...values);
    return rows.map((row) => {
      const read = readYaml(row.source);
      return { ...row, document: read.ok ? read.value : {} };
    });
  }
}
