/** The passwords of branches, as their boxes sealed them for the hosts of their stand-ins: headquarters keeps what it cannot read. */
import type { Boxes } from './boxes.ts';
import type { Database } from './database.ts';

export interface Sealed {
  readonly host: string;
  /** SHA-256 of the host's certificate, hex. */
  readonly to: string;
  /** Base64. */
  readonly sealed: string;
}

export class SealedSecrets {
  readonly #db: Database;
  readonly #boxes: Boxes;

  constructor(db: Database, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  async put(box: string, { host, to, sealed }: Sealed): Promise<void> {
    await this.#db.run(
      `insert into sealed_secrets (box, host, sealed_to, sealed) values (?, ?, ?, ?)
       on conflict (box) do update set host = excluded.host, sealed_to = excluded.sealed_to, sealed = excluded.sealed`,
      ...[await this.#boxes.idOf(box), host, to, sealed],
    );
  }

  async of(box: string): Promise<Sealed | undefined> {
    return this.#db.one<Sealed>(
      'select host, sealed_to as "to", sealed from sealed_secrets join box on box.id = sealed_secrets.box where box.name = ?',
      box,
    );
  }
}
