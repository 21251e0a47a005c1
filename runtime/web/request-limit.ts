/** How often those may ask who have not signed in: of an address and in all. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { HttpProblem } from './problem.ts';

export interface RequestLimits {
  /** Requests a minute. */
  readonly perAddress: number;
  readonly inAll: number;
}
export class RequestLimit {
  readonly #one: RateLimiterMemory;
  readonly #all: RateLimiterMemory;

  constructor({ perAddress, inAll }: RequestLimits) {
    this.#one = new RateLimiterMemory({ points: perAddress, duration: 60 });
    this.#all = new RateLimiterMemory({ points: inAll, duration: 60 });
  }

  /** @throws HttpProblem when it is too often */
  async count(address: string): Promise<void> {
    try {
      await this.#one.consume(address);
      await this.#all.consume('all');
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      throw new HttpProblem(
        429,
        { code: 'too-often', message: 'Asked too often.', remedy: `Ask again in ${seconds} seconds.` },
        seconds,
      );
    }
  }
}
