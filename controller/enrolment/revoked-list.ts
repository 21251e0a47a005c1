/** The file by which a broker outside knows whom not to let in: a list of revoked certificates (RFC 5280, PEM). */
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import { Turns } from '@branchline/runtime/turns';
import type { Identities } from '../store/identities.ts';
import type { Authority } from './authority.ts';

export interface RevokedListParts {
  readonly clock: Clock;
  readonly identities: Identities;
  readonly authority: Authority;
  readonly file: string;
}

export class RevokedList {
  readonly #parts: RevokedListParts;
  readonly #turns = new Turns();

  constructor(parts: RevokedListParts) {
    this.#parts = parts;
  }

  /** As the store has it when its turn has come. */
  write(): Promise<void> {
    return this.#turns.take('list', async () => {
      const { clock, identities, authority, file } = this.#parts;
      const revoked = await identities.refusedNumbers(clock.now());
      // Everybody may know who is revoked, and the broker runs as somebody else.
      writeFileAtomic(file, await authority.listOf(revoked), 0o644);
    });
  }
}
