/** A ledger in memory with an outbox, for tests. */
import { EventEmitter, once } from 'node:events';
import type { LedgerEvent } from '@branchline/contracts/ledger';
import type { LedgerSource } from '../ports.ts';

export class MemoryLedger implements LedgerSource {
  readonly epoch = '0123456789abcdef';
  readonly #events: LedgerEvent[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #cleared = new EventEmitter();
  #acked = 0;
  #forgotten = 0;

  append(count: number, body: Record<string, unknown> = { who: 'test', action: 'test' }): void {
    for (let index = 0; index < count; index++) {
      const seq = this.#events.length + 1;
      this.#events.push({ seq, at: new Date(0).toISOString(), type: 'operator.action', body });
    }
    for (const listener of [...this.#listeners]) listener();
  }

  newest(): number {
    return this.#events.length;
  }

  unsent(limit: number): LedgerEvent[] {
    return this.#events.slice(this.#acked, this.#acked + limit);
  }

  range(from: number, to: number, limit: number): LedgerEvent[] {
    const first = Math.max(from, this.#forgotten + 1);
    return this.#events.slice(first - 1, Math.max(first - 1, Math.min(to, first - 1 + limit)));
  }

  acked(upto: number): void {
    this.#acked = Math.max(this.#acked, upto);
    this.#cleared.emit('acked');
  }

  /** The next time this holds; asked again with each acknowledgement. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#cleared, 'acked', { signal: AbortSignal.timeout(10_000) });
  }

  readonly blocks = new Map<number, string>();

  blockDigest(block: number): string | undefined {
    return this.blocks.get(block);
  }

  keepBlockDigests(digests: ReadonlyMap<number, string>): void {
    for (const [block, sha256] of digests) this.blocks.set(block, sha256);
  }

  /** As retention will do: events up to this one are kept no more. */
  forget(upto: number): void {
    this.#forgotten = Math.max(this.#forgotten, upto);
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
