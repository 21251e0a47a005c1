/**
 * A device that has a call is 'in use' to the engine, whether it can be reached or not: a gateway that dies beneath its calls would be
 * missed until the last of them has ended. So while any is in use, its endpoint is asked, which knows nothing of calls.
 */
import { endpointName } from './names.ts';
import type { Peer, PeerFacts } from './port.ts';

export interface PeersInUseParts {
  readonly everyMs: number;
  readonly ask: () => Promise<readonly PeerFacts[]>;
  readonly found: (facts: readonly PeerFacts[]) => void;
}

export class PeersInUse {
  readonly #parts: PeersInUseParts;
  readonly #names = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: PeersInUseParts) {
    this.#parts = parts;
  }

  inUse(peer: Peer): void {
    this.#names.add(endpointName(peer));
    this.#next();
  }

  /** It has said itself whether it can be reached. */
  free(peer: Peer): void {
    this.#names.delete(endpointName(peer));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.#timer || this.#closed || this.#names.size === 0) return;
    this.#timer = setTimeout(() => void this.#look(), this.#parts.everyMs).unref();
  }

  async #look(): Promise<void> {
    const { ask, found } = this.#parts;
    try {
      const facts = await ask();
      if (!this.#closed) found(facts.filter(({ peer }) => this.#names.has(endpointName(peer))));
    } catch {
      // An engine that does not answer is watched elsewhere.
    }
    this.#timer = undefined;
    this.#next();
  }
}
