/** A box is let in no more: its session ends at once. */
import type { Clock } from '@branchline/runtime/clock';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { DocumentVersions } from '../store/document-versions.ts';
import type { Identities } from '../store/identities.ts';
import type { By } from './claims.ts';

export interface RevocationParts {
  readonly clock: Clock;
  readonly identities: Identities;
  readonly versions: DocumentVersions;
  /** Ends the box's session, if it has one. */
  readonly cut: (box: string) => void;
}

export class Revocation {
  readonly #parts: RevocationParts;

  constructor(parts: RevocationParts) {
    this.#parts = parts;
  }

  /** @throws HttpProblem where there is nothing to revoke */
  async revoke(box: string, reason: string, { who, address }: By): Promise<void> {
    const { identities, versions, clock, cut } = this.#parts;
    if (!(await identities.isEnrolled(box)))
      throw new HttpProblem(409, {
        code: 'not-enrolled',
        message: `The box '${box}' has no certificate that is let in.`,
        remedy: 'Nothing needs to be done.',
      });
    await identities.together(async () => {
      const at = clock.now();
      await identities.revoke(box, at);
      await versions.note({ at, who, address, action: 'box-revoked', box, detail: reason });
    });
    cut(box);
  }
}
