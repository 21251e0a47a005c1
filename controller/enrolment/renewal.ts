/** A box's next certificate, asked for over the session that its present one has opened. */
import { DAY_MS, RENEW_BELOW_DAYS } from '@branchline/contracts/enrolment';
import type { Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { DocumentVersions } from '../store/document-versions.ts';
import type { Given, Identities } from '../store/identities.ts';
import type { Authority } from './authority.ts';

export interface RenewalParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly tenant: string;
  readonly authority: Authority;
  readonly identities: Identities;
  readonly versions: DocumentVersions;
  readonly send: (box: string, payload: Payload<'certificate'>) => void;
}

export class Renewal {
  readonly #parts: RenewalParts;
  /** One request of a box at a time. */
  readonly #atWork = new Set<string>();

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /** A box whose clock is wrong does not see that it is time. */
  async online(box: string): Promise<void> {
    const newest = await this.#parts.identities.newest(box);
    if (newest && this.#days(newest) < RENEW_BELOW_DAYS) this.#parts.send(box, { v: 1, due: true });
  }

  async asked(box: string, { csr }: Payload<'certificate-request'>): Promise<void> {
    if (this.#atWork.has(box)) return;
    this.#atWork.add(box);
    try {
      const given = await this.#renew(box, csr);
      this.#parts.send(box, { v: 1, ...given });
    } catch (error) {
      this.#parts.log.error({ err: error, box }, 'a certificate could not be renewed');
    } finally {
      this.#atWork.delete(box);
    }
  }

  async #renew(box: string, csr: string): Promise<{ certificate: string } | { refused: string }> {
    const { authority, identities, versions, tenant, clock } = this.#parts;
    const newest = await identities.newest(box);
    const at = clock.now();
    const days = newest && this.#days(newest);
    if (days !== undefined && days >= RENEW_BELOW_DAYS)
      return { refused: `the certificate is good for ${days} days: it is renewed below ${RENEW_BELOW_DAYS}` };
    const { enrol, EnrolmentRefused, readRequest } = await import('./enrol.ts');
    try {
      const { key } = await readRequest(csr);
      if (newest && newest.key !== key)
        return { refused: 'the request is of another key: a new key needs a new claim' };
      const enrolled = await enrol(authority, { tenant, box, csr });
      await identities.together(async () => {
        const hardware = newest?.hardware ?? null;
        const given = { ...enrolled, how: 'renewed', by: box, hardware, issuedAt: at } as const;
        await identities.given(box, given, 'until-used');
        const detail = enrolled.fingerprint;
        await versions.note({ at, who: box, address: '', action: 'certificate-renewed', box, detail });
      });
      return { certificate: enrolled.cert };
    } catch (error) {
      if (error instanceof EnrolmentRefused) return { refused: error.message };
      throw error;
    }
  }

  #days({ endsAt }: Pick<Given, 'endsAt'>): number {
    return Math.floor((endsAt - this.#parts.clock.now()) / DAY_MS);
  }
}
