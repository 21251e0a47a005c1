/**
 * One probe: a TCP connection that is opened and reset at once. The far end's kernel answers it, so it tells of the way and not of
 * how busy the program there is; nothing waits behind our own frames; and it needs no privilege. A refusal is an answer too: somebody is
 * there. What is retransmitted comes a second later (RFC 6298 §2), so an answer later than that is a probe lost.
 */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { Clock } from '@branchline/runtime/clock';

/** ms. */
export const GIVEN_UP_MS = 1_000;
const NAME_MS = 600_000;
const NAME_GIVEN_UP_MS = 3_000;

export interface Target {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
}

export type Answer =
  | { readonly heard: true; readonly ms: number; readonly refused: boolean }
  | { readonly heard: false; readonly why: 'no-answer' | 'no-name' | 'no-way' };

export type Probe = (target: Target, from?: string) => Promise<Answer>;

/** @param givenUpMs after which it counts as lost. Never rejects. */
export function prober(clock: Clock, givenUpMs = GIVEN_UP_MS): Probe {
  const names = new Names(clock);
  return async (target, from) => {
    const address = await names.addressOf(target.host);
    if (address === undefined) return { heard: false, why: 'no-name' };
    const answer = await knock(clock, { host: address, port: target.port }, from, givenUpMs);
    if (!answer.heard) names.doubt(target.host);
    return answer;
  };
}

function knock(clock: Clock, target: Target, from: string | undefined, givenUpMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const began = clock.monotonic();
    const socket = connect({ ...target, ...(from === undefined ? {} : { localAddress: from }) });
    const end = (answer: Answer): void => {
      late.cancel();
      socket.removeAllListeners();
      // A reset is one packet, an orderly end would be four.
      socket.on('error', () => undefined).resetAndDestroy();
      resolve(answer);
    };
    const late = clock.after(givenUpMs, () => end({ heard: false, why: 'no-answer' }));
    const heard = (refused: boolean): void => end({ heard: true, ms: clock.monotonic() - began, refused });
    socket.once('connect', () => heard(false));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') heard(true);
      else end({ heard: false, why: 'no-way' });
    });
  });
}

/** Asked seldom: the time that a name takes is not the way's, and each question goes over the uplink too. */
export class Names {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly address: string; fresh: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The last one that was known where nobody tells; undefined when none ever was. */
  async addressOf(host: string): Promise<string | undefined> {
    if (isIP(host) !== 0) return host;
    const known = this.#known.get(host);
    if (known && known.fresh > this.#clock.monotonic()) return known.address;
    const found = await this.#ask(host);
    if (found === undefined) return known?.address;
    this.#known.set(host, { address: found, fresh: this.#clock.monotonic() + NAME_MS });
    return found;
  }

  /** It may have moved. */
  doubt(host: string): void {
    const known = this.#known.get(host);
    if (known) known.fresh = 0;
  }

  async #ask(host: string): Promise<string | undefined> {
    let cut = (): void => undefined;
    const late = new Promise<undefined>((resolve) => {
      const timer = this.#clock.after(NAME_GIVEN_UP_MS, () => resolve(undefined));
      cut = () => timer.cancel();
    });
    const found = lookup(host, { family: 4 }).then(
      ({ address }) => address,
      () =>
        lookup(host).then(
          ({ address }) => address,
          () => undefined,
        ),
    );
    const first = await Promise.race([found, late]);
    cut();
    return first;
  }
}
