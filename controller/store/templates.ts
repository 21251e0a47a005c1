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
  async inForce(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db.all<{ name: string; version: number }>(
      'select name, in_force as version from template',
    );
    return new Map(rows.map(({ name, version }) => [name, version]));
  }

  /** A version and its line in the log. The first one of a template is in force. @throws when that version is there already */
  add({ name, version, parent, source, ...row }: Row, audit: NewAudit): Promise<void> {
    return this.#db.together(async () => {
      if (version === 1) await this.#db.run('insert into template (name, in_force) values (?, 1)', name);
      await this.#db.run(
        `insert into template_version (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[name, version, parent, source, row.author, row.reason, row.at, row.changes],
      );
      await this.#versions.note(audit);
    });
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
