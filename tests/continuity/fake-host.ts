/** A host of stand-ins by the contract, on headquarters' real wire: what it is told to run is there a moment later, and never more than it has room for. */
import type { StandInPlace, StandInPlaces } from '@branchline/contracts/stand-in-wire';
import type { Bed, TestBox } from '@branchline/controller/test-bed';
import { parseTopic } from '@branchline/contracts/topics';
import type { FakeParty } from './fake-party.ts';

export class FakeHost {
  readonly name: string;
  most: number;
  /** What it was told last of each branch. */
  readonly told = new Map<string, StandInPlace>();
  /** The branches of every list of places that it was told. */
  readonly lists: (readonly string[])[] = [];
  /** So many at once there were at most. */
  mostThere = 0;
  readonly #standInOf: (branch: string) => FakeParty;
  #line: TestBox | undefined;
  #certificate = '';
  #working: Promise<void> = Promise.resolve();
  #ended = false;
  /** The branches whose stand-ins run here, or did. */
  readonly #begun = new Set<string>();

  constructor(name: string, most: number, standInOf: (branch: string) => FakeParty) {
    this.name = name;
    this.most = most;
    this.#standInOf = standInOf;
  }

  async comes(bed: Bed): Promise<void> {
    const certificate = await bed.enrol(this.name);
    this.#certificate = certificate.cert;
    this.#line = await bed.box(this.name, certificate);
    this.#line.client.on('message', (topic, bytes) => {
      const said = JSON.parse(bytes.toString()) as unknown;
      const leaf = parseTopic(topic)?.leaf;
      if (leaf === 'stand-in-places') this.#only(said as StandInPlaces);
      if (leaf === 'stand-in-place') this.told.set((said as StandInPlace).branch, said as StandInPlace);
      this.#work();
    });
    const at = new Date().toISOString();
    await this.#line.tell('presence', { v: 1, state: 'online', version: '0.3.0', at }, true);
    await this.#says();
    this.#work();
  }

  /** Whose stand-ins run here, by name. */
  there(): string[] {
    return [...this.#begun].filter((branch) => this.#standInOf(branch).isThere).sort();
  }

  #only({ branches, ends = [] }: StandInPlaces): void {
    this.lists.push(branches);
    for (const branch of ends) this.#ends(branch);
    for (const branch of this.told.keys()) if (!branches.includes(branch)) this.told.delete(branch);
  }

  #ends(branch: string): void {
    if (this.#begun.delete(branch)) this.#standInOf(branch).dies();
  }

  /** What it is told from now on is not done. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#working;
  }

  /** One change after the other. */
  #work(): void {
    this.#working = this.#working.then(async () => {
      if (this.#ended) return;
      for (const [branch, { end }] of this.told) if (end) this.#ends(branch);
      for (const [branch, { run }] of this.told)
        if (run && !this.#standInOf(branch).isThere && this.there().length < this.most) {
          this.#begun.add(branch);
          await this.#standInOf(branch).comes();
        }
      this.mostThere = Math.max(this.mostThere, this.there().length);
      await this.#says();
    });
  }

  async #says(): Promise<void> {
    const places = [...this.told].map(([branch, { revision }]) => {
      const state = this.there().includes(branch) ? ('running' as const) : ('cold' as const);
      return { branch, state, revision, hasSecrets: true };
    });
    await this.#line?.tell('stand-in-says', {
      v: 1,
      most: this.most,
      size: { memoryMb: 2_048, cores: 2, callsEach: 100 },
      certificate: this.#certificate,
      places,
    });
  }
}
