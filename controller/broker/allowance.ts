/** A bucket of tokens per connection: how long a message must wait so that its sender keeps to the rate. Pure but for its count. */
export interface Rate {
  readonly messagesPerS: number;
  readonly bytesPerS: number;
}

export class Allowance {
  readonly #rate: Rate;
  #messages: number;
  #bytes: number;
  #at: number;

  /** A full second's allowance to begin with, and never more than that saved up. */
  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#messages = rate.messagesPerS;
    this.#bytes = rate.bytesPerS;
    this.#at = nowMs;
  }

  /** Takes one message of so many bytes; milliseconds to wait before going on, 0 when there is enough. */
  take(bytes: number, nowMs: number): number {
    const seconds = Math.max(0, nowMs - this.#at) / 1000;
    this.#at = nowMs;
    this.#messages =
      Math.min(this.#rate.messagesPerS, this.#messages + seconds * this.#rate.messagesPerS) - 1;
    this.#bytes = Math.min(this.#rate.bytesPerS, this.#bytes + seconds * this.#rate.bytesPerS) - bytes;
    const missing = Math.max(
      -this.#messages / this.#rate.messagesPerS,
      -this.#bytes / this.#rate.bytesPerS,
      0,
    );
    return Math.ceil(missing * 1000);
  }

  /** Of a message that was taken and is not let through: what is refused is not owed. */
  giveBack(bytes: number): void {
    this.#messages += 1;
    this.#bytes += bytes;
  }
}
