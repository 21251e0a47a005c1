/** Which certificates each box was given, and whether it is let in with them; boxes that were claimed or are expected. */
import type { Hardware } from '@branchline/contracts/enrolment';
import type { BoxCertificate, BoxIdentity, ExpectedBox } from '@branchline/contracts/http/enrolment';
import type { Database } from './database.ts';
import type { Boxes } from './boxes.ts';

export type Standing = 'in-force' | 'not-the-last' | 'revoked' | 'quarantined';

export interface Given {
  /** SHA-256, as TLS tells it. */
  readonly fingerprint: string;
  /** SHA-256 of the public key, hex. */
  readonly key: string;
  /** Its number at the authority, hex. */
  readonly number: string;
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

type CertificateRow = Omit<Given, 'hardware' | 'number'> & { readonly hardware: string | null };

export class Identities {
  readonly #db: Database;
  readonly #boxes: Boxes;

  constructor(db: Database, boxes: Boxes) {
    this.#db = db;
    this.#boxes = boxes;
  }

  /**
   * The certificate is the box's from now on, and what was held against the box is forgotten. The one before is refused at
   * once, or is let in until this one has been used: a renewed certificate may be lost on its way.
   */
  async given(
    box: string,
    { fingerprint, key, number, how, by, issuedAt, endsAt, hardware }: Given,
    before: 'refused' | 'until-used' = 'refused',
  ): Promise<void> {
    await this.#db.together(async () => {
      const id = await this.#boxes.hold(box);
      await this.#db.run(
        `update box set certificate_before = ${before === 'until-used' ? 'certificate' : 'null'}, certificate = ?,
         enrolled_at = ?, revoked_at = null, quarantined_at = null where id = ?`,
        ...[fingerprint, issuedAt, id],
      );
      await this.#db.run(
        `insert into certificate (box, fingerprint, key, number, how, by, issued_at, ends_at, hardware)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, fingerprint, key, number, how, by, issuedAt, endsAt, hardware && JSON.stringify(hardware)],
      );
    });
  }

  /** A box that this database does not know was enrolled before it was lost: the authority's word is enough then. */
  async standing(box: string, fingerprint: string): Promise<Standing> {
    const row = await this.#row(box);
    if (!row?.certificate) return 'in-force';
    if (row.certificate !== fingerprint && row.certificate_before !== fingerprint) return 'not-the-last';
    if (row.revoked_at !== null) return 'revoked';
    return row.quarantined_at === null ? 'in-force' : 'quarantined';
  }

  /** Behind a broker that tells the name in a certificate and nothing more of it. */
  async standingOfName(box: string): Promise<Exclude<Standing, 'not-the-last'>> {
    const row = await this.#row(box);
    if (!row?.certificate) return 'in-force';
    if (row.revoked_at !== null) return 'revoked';
    return row.quarantined_at === null ? 'in-force' : 'quarantined';
  }

  /** The newest certificate has reached its box: the one before is not needed any more. */
  async used(box: string, fingerprint: string): Promise<void> {
    const row = await this.#row(box);
    if (row?.certificate !== fingerprint || row.certificate_before === null) return;
    await this.#db.run(
      'update box set certificate_before = null where name = ? and certificate = ?',
      ...[box, fingerprint],
    );
  }

  /**
   * The numbers of the certificates that have not ended and are let in no more. Those given before their numbers were kept are
   * not among them.
   */
  async refusedNumbers(now: number): Promise<string[]> {
    const rows = await this.#db.all<{ number: string }>(
      `select c.number from certificate c join box b on b.id = c.box
       where c.number is not null and c.ends_at > ?
         and (b.revoked_at is not null
           or (c.fingerprint <> b.certificate and c.fingerprint <> coalesce(b.certificate_before, '')))`,
      now,
    );
    return rows.map(({ number }) => number);
  }

  async revoke(box: string, now: number): Promise<void> {
    await this.#db.run('update box set revoked_at = ? where name = ?', now, box);
  }

  async quarantine(box: string, now: number): Promise<void> {
    await this.#db.run('update box set quarantined_at = ? where name = ?', now, box);
  }

  /** Ms since 1970; null for a box that is believed, or not let in at all. */
  async quarantinedAt(box: string): Promise<number | null> {
    const row = await this.#row(box);
    return row?.revoked_at == null ? (row?.quarantined_at ?? null) : null;
  }

  async inQuarantine(): Promise<string[]> {
    const rows = await this.#db.all<{ name: string }>(
      'select name from box where quarantined_at is not null',
    );
    return rows.map(({ name }) => name);
  }

  /** Whether it has a certificate that is let in, though it may be quarantined. */
  async isEnrolled(box: string): Promise<boolean> {
    const row = await this.#row(box);
    return row?.certificate != null && row.revoked_at === null;
  }

  /** The certificate it was given last, if this database knows. */
  async newest(box: string): Promise<Omit<Given, 'number'> | undefined> {
    return (await this.#given(box))[0];
  }

  async of(box: string): Promise<BoxIdentity> {
    const row = await this.#row(box);
    const since = row?.revoked_at ?? row?.quarantined_at ?? null;
    const state = row?.revoked_at ? 'revoked' : row?.quarantined_at ? 'quarantined' : 'in-force';
    const certificates = await this.#given(box);
    return {
      state: row?.certificate == null ? 'unknown' : state,
      since: since === null ? null : stamp(since),
      certificates: certificates.map(({ key: _, issuedAt, endsAt, ...rest }) => {
        return { ...rest, issuedAt: stamp(issuedAt), endsAt: stamp(endsAt) };
      }),
    };
  }

  /** What the box with this key is told, until it has come. */
  claimedOf(key: string): Promise<Claimed | undefined> {
    return this.#db.one<Claimed>('select proof, sealed from claimed where key = ?', key);
  }

  async claimed(key: string, { proof, sealed }: Claimed, now: number): Promise<void> {
    await this.#db.run(
      `insert into claimed (key, proof, sealed, at) values (?, ?, ?, ?)
       on conflict (key) do update set proof = excluded.proof, sealed = excluded.sealed, at = excluded.at`,
      ...[key, proof, sealed, now],
    );
  }

  /** Those claimed before `at` have come, or never will. */
  async forgetClaimedBefore(at: number): Promise<void> {
    await this.#db.run('delete from claimed where at < ?', at);
  }

  async expect({ serial, code, box, source, replace, by, address, at }: Expected): Promise<void> {
    await this.#db.run(
      `insert into expected (serial, code, box, source, replace, by, address, at) values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (serial) do update set code = excluded.code, box = excluded.box, source = excluded.source,
         replace = excluded.replace, by = excluded.by, address = excluded.address, at = excluded.at`,
      ...[serial, code, box, source, replace ? 1 : 0, by, address, at],
    );
  }

  /** Newest first. */
  async expected(): Promise<Expected[]> {
    const rows = await this.#db.all<Omit<Expected, 'replace'> & { replace: number }>(
      'select * from expected order by at desc',
    );
    return rows.map((row) => ({ ...row, replace: row.replace === 1 }));
  }

  /** Whether it was expected. */
  async expectNoMore(serial: string): Promise<boolean> {
    return (await this.#db.run('delete from expected where serial = ?', serial)) > 0;
  }

  /** All of it or none of it. */
  together<T>(work: () => Promise<T>): Promise<T> {
    return this.#db.together(work);
  }

  /** The same, and nobody else decides about this box meanwhile. */
  deciding<T>(box: string, work: () => Promise<T>): Promise<T> {
    return this.#db.together(async () => {
      await this.#boxes.hold(box);
      return work();
    });
  }

  #row(box: string): Promise<BoxRow | undefined> {
    return this.#db.one<BoxRow>(
      'select certificate, certificate_before, revoked_at, quarantined_at from box where name = ?',
      box,
    );
  }

  async #given(box: string): Promise<Omit<Given, 'number'>[]> {
    const rows = await this.#db.all<CertificateRow>(
      `select fingerprint, key, how, by, issued_at as "issuedAt", ends_at as "endsAt", hardware
       from certificate where box = ? order by id desc limit 50`,
      (await this.#boxes.find(box)) ?? -1,
    );
    return rows.map((row) => ({
      ...row,
      hardware: row.hardware === null ? null : (JSON.parse(row.hardware) as Hardware),
    }));
  }
}

const stamp = (at: number): string => new Date(at).toISOString();
