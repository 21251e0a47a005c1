/** The way from a box to headquarters, that a hand can cut. */
import type { LabUplinkFault } from '@branchline/contracts/lab';
import { Wire, type Address } from './wire.ts';

export class LabUplink {
  readonly name = 'headquarters';
  readonly #wire: Wire;
  #cut = false;
  /** What was ordered last is done last. */
  #doing: Promise<void> = Promise.resolve();

  private constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** @param relay the program of `relay-process.ts`. */
  static async open(at: Address, to: Address, relay: string): Promise<LabUplink> {
    return new LabUplink(await Wire.open(at, to, relay));
  }

  get faults(): readonly LabUplinkFault[] {
    return this.#cut ? ['cut'] : [];
  }

  fault(_cut: LabUplinkFault, on: boolean): void {
    if (on === this.#cut) return;
    this.#cut = on;
    this.#doing = this.#doing.then(() => (on ? this.#wire.cut() : this.#wire.mend()));
  }

  async close(): Promise<void> {
    await this.#doing;
    await this.#wire.close();
  }
}
