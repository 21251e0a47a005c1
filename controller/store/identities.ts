/** Which certificates each box was given, and whether it is let in with them; boxes that were claimed or are expected. */
import type { Hardware } from '@branchline/contracts/enrolment';
import type { BoxCertificate, BoxIdentity, ExpectedBox } from '@branchline/contracts/http/enrolment';
import type { Db } from '@branchline/runtime/sqlite';
import type { Boxes } from './boxes.ts';

export type Standing = 'in-force' | 'not-the-last' | 'revoked' | 'quarantined';

export interface Given {
  /** SHA-256, as TLS tells it. */
  readonly fingerprint: string;
  /** SHA-256 of the public key, hex. */
  readonly key: string;
  readonly how: BoxCertificate['how'];
  readonly by: string;
  readonly hardware: Hardware | null;
  /** Ms since 1970. */
  readonly issuedAt: number;
  readonly endsAt: number;
}

export interface Claimed {
  readonly proof: string;
  readonly sealed: string;
}

export interface Expected extends Omit<ExpectedBox, 'at'> {
  readonly code: string;
  readonly source: string | null;
  readonly address: string;
  readonly at: number;
}

interface BoxRow {
  readonly certificate: string | null;
  readonly certificate_before: string | null;
  readonly revoked_at: number | null;
  readonly quarantined_at: number | null;
}

type CertificateRow = Omit<Given, 'hardware'> & { readonly hardware: string | null };

export class Identities {
  readonly #db: Db;
  readonly #boxes: Boxes;

  constructor(db: Db, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  /**
   * The certificate is the box's from now on, and what was held against the box is forgotten. The one before is refused at
   * once, or is let in until this one has been used: a renewed certificate may be lost on its way.
   */
  given(box: string, { hardware, ...given }: Given, before: 'refused' | 'until-used' = 'refused'): void {
    this.#db.transaction(() => {
      const id = this.#boxes.idOf(box);
      this.#db
        .prepare(
          `update box set certificate_before = iif(?, certificate, null), certificate = ?, enrolled_at = ?,
           revoked_at = null, quarantined_at = null where id = ?`,
        )
        .run(before === 'until-used' ? 1 : 0, given.fingerprint, given.issuedAt, id);
      this.#db
        .prepare(
          `insert into certificate (box, fingerprint, key, how, by, issued_at, ends_at, hardware)
           values (@id, @fingerprint, @key, @how, @by, @issuedAt, @endsAt, @hardware)`,
        )
        .run({ ...given, id, hardware: hardware && JSON.stringify(hardware) });
    })();
  }

  /** A box that this database does not know was enrolled before it was lost: the authority's word is enough then. */
  standing(box: string, fingerprint: string): Standing {
    const row = this.#row(box);
    if (!row?.certificate) return 'in-force';
    if (row.certificate !== fingerprint && row.certificate_before !== fingerprint) return 'not-the-last';
    if (row.revoked_at !== null) return 'revoked';
    return row.quarantined_at === null ? 'in-force' : 'quarantined';
  }

  /** The newest certificate has reached its box: the one before is not needed any more. */
  used(box: string, fingerprint: string): void {
    const row = this.#row(box);
    if (row?.certificate !== fingerprint || row.certificate_before === null) return;
    this.#db.prepare('update box set certificate_before = null where name = ?').run(box);
  }

  revoke(box: string, now: number): void {
    this.#db.prepare('update box set revoked_at = ? where name = ?').run(now, box);
  }

  quarantine(box: string, now: number): void {
    this.#db.prepare('update box set quarantined_at = ? where name = ?').run(now, box);
  }

  /** Whether it has a certificate that is let in, though it may be quarantined. */
  isEnrolled(box: string): boolean {
    const row = this.#row(box);
    return row?.certificate != null && row.revoked_at === null;
  }

  /** The certificate it was given last, if this database knows. */
  newest(box: string): Given | undefined {
    return this.#given(box)[0];
  }

  of(box: string): BoxIdentity {
    const row = this.#row(box);
    const since = row?.revoked_at ?? row?.quarantined_at ?? null;
    const state = row?.revoked_at ? 'revoked' : row?.quarantined_at ? 'quarantined' : 'in-force';
    return {
      state: row?.certificate == null ? 'unknown' : state,
      since: since === null ? null : stamp(since),
      certificates: this.#given(box).map(({ key: _, issuedAt, endsAt, ...rest }) => {
        return { ...rest, issuedAt: stamp(issuedAt), endsAt: stamp(endsAt) };
      }),
    };
  }

  /** What the box with this key is told, until it has come. */
  claimedOf(key: string): Claimed | undefined {
    return this.#db.prepare('select proof, sealed from claimed where key = ?').get(key) as
      Claimed | undefined;
  }

  claimed(key: string, { proof, sealed }: Claimed, now: number): void {
    this.#db
      .prepare('insert or replace into claimed (key, proof, sealed, at) values (?, ?, ?, ?)')
      .run(key, proof, sealed, now);
  }

  /** Those claimed before `at` have come, or never will. */
  forgetClaimedBefore(at: number): void {
    this.#db.prepare('delete from claimed where at < ?').run(at);
  }

  expect(expected: Expected): void {
    this.#db
      .prepare(
        `insert or replace into expected (serial, code, box, source, replace, by, address, at)
         values (@serial, @code, @box, @source, @replace, @by, @address, @at)`,
      )
      .run({ ...expected, replace: expected.replace ? 1 : 0 });
  }

  /** Newest first. */
  expected(): Expected[] {
    const rows = this.#db.prepare('select * from expected order by at desc').all() as (Omit<
      Expected,
      'replace'
    > & { replace: number })[];
    return rows.map((row) => ({ ...row, replace: row.replace === 1 }));
  }

  /** Whether it was expected. */
  expectNoMore(serial: string): boolean {
    return this.#db.prepare('delete from expected where serial = ?').run(serial).changes > 0;
  }

  /** All of it or none of it. */
  together<T>(work: () => T): T {
    return this.#db.transaction(work)();
  }

  #row(box: string): BoxRow | undefined {
    return this.#db
      .prepare('select certificate, certificate_before, revoked_at, quarantined_at from box where name = ?')
      .get(box) as BoxRow | undefined;
  }

  #given(box: string): Given[] {
    const rows = this.#db
      .prepare(
        `select fingerprint, key, how, by, issued_at as issuedAt, ends_at as endsAt, hardware
         from certificate where box = ? order by id desc limit 50`,
      )
      .all(this.#boxes.find(box) ?? -1) as CertificateRow[];
    return rows.map((row) => ({
      ...row,
      hardware: row.hardware === null ? null : (JSON.parse(row.hardware) as Hardware),
    }));
  }
}

const stamp = (at: number): string => new Date(at).toISOString();
