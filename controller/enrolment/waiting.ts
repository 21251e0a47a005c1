/**
 * Boxes that wait to be claimed, in memory: each asks again every few seconds, so a restart forgets none of them for long.
 * Anybody may ask, so how many are kept, and for how long, is bounded.
 */
import type { CertificateWanted } from '@branchline/contracts/enrolment';
import type { Clock } from '@branchline/runtime/clock';

export interface Waiting extends CertificateWanted {
  /** SHA-256 of its public key, hex. */
  readonly key: string;
  readonly handle: string;
  readonly address: string;
  /** Ms since 1970. */
  readonly since: number;
  readonly seen: number;
}

const MOST_IN_ALL = 500;
const MOST_OF_AN_ADDRESS = 40;
/** A box that has not asked for so long has gone. */
const GONE_AFTER_MS = 10 * 60_000;

export class WaitingBoxes {
  readonly #clock: Clock;
  readonly #boxes = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The box as it waits now, and whether what it asks is new; undefined when there is no room for one more. */
  ask(
    key: string,
    handle: string,
    wanted: CertificateWanted,
    address: string,
  ): { readonly waiting: Waiting; readonly isNew: boolean } | undefined {
    const now = this.#clock.now();
    const known = this.#boxes.get(key);
    if (!known && !this.#hasRoom(address, now)) return undefined;
    const waiting = { ...wanted, key, handle, address, since: known?.since ?? now, seen: now };
    this.#boxes.set(key, waiting);
    return { waiting, isNew: known?.proof !== wanted.proof };
  }

  withHandle(handle: string): Waiting[] {
    return this.all().filter((box) => box.handle === handle);
  }

  withSerial(serial: string): Waiting[] {
    return this.all().filter((box) => box.serial === serial);
  }

  /** Those that came first, first. */
  all(): Waiting[] {
    this.#forget(this.#clock.now());
    return [...this.#boxes.values()].sort((one, other) => one.since - other.since);
  }

  leave(key: string): void {
    this.#boxes.delete(key);
  }

  #hasRoom(address: string, now: number): boolean {
    this.#forget(now);
    const same = [...this.#boxes.values()].filter((box) => box.address === address).length;
    return this.#boxes.size < MOST_IN_ALL && same < MOST_OF_AN_ADDRESS;
  }

  #forget(now: number): void {
    for (const [key, { seen }] of this.#boxes)
      if (now - seen >= GONE_AFTER_MS || seen > now + GONE_AFTER_MS) this.#boxes.delete(key);
  }
}
