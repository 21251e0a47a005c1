/** Which transaction somebody is in: known along the whole chain of calls and promises, without being handed on. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Transaction {
  /** False once it has ended: what it began and did not wait for is no part of it. */
  open: boolean;
  readonly afterwards: (() => void)[];
}

export class Together<T extends Transaction> {
  readonly #storage = new AsyncLocalStorage<T>();

  /** The transaction that the caller is in. */
  now(): T | undefined {
    const transaction = this.#storage.getStore();
    return transaction?.open === true ? transaction : undefined;
  }

  run<R>(transaction: T, work: () => Promise<R>): Promise<R> {
    return this.#storage.run(transaction, work);
  }

  /** For what is begun in a transaction and must not take part in it. */
  outside<R>(work: () => R): R {
    return this.#storage.exit(work);
  }

  afterwards(effect: () => void): void {
    const transaction = this.now();
    if (transaction) transaction.afterwards.push(effect);
    else effect();
  }
}
