/** The host: a place for each branch that headquarters gives it, and what it says of them. */
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { standInPlace, type StandInPlace } from '@branchline/contracts/stand-in-wire';
import type { Payload } from '@branchline/contracts/topics';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Log } from '@branchline/runtime/log';
import { HqLine } from './hq-line.ts';
import { Place } from './place.ts';
import type { Settings } from './settings.ts';
import { hostSize } from './size.ts';
import { freeSlot, slotAt } from './slots.ts';

export interface HostOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Settings;
  readonly version: string;
}

/** What changes together is told together, ms. */
const GATHER_MS = 100;

export class Host {
  readonly #options: HostOptions;
  readonly #line: HqLine;
  readonly #places = new Map<string, { readonly place: Place; readonly slot: number }>();
  /** Let go of, and not at their end yet. */
  readonly #ending = new Set<Place>();
  /** What headquarters says of one place waits for what it said before. */
  #taking: Promise<void> = Promise.resolve();
  #telling: Timer | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    const { clock, log, settings, version } = options;
    mkdirSync(this.#dirOf(), { recursive: true, mode: 0o750 });
    this.#line = new HqLine({
      ...{ clock, log, version, tenant: settings.tenant, name: settings.name },
      ...{ host: settings.hqHost, port: settings.hqPort, identityDir: this.#identityDir },
      places: (told) => this.#only(told),
      place: (told) => this.#take(told),
      connected: () => this.#tellSoon(),
    });
  }

  /** Its stand-ins first, by what was said last: headquarters may be away. */
  get parts(): Part[] {
    const places: Part = {
      name: 'stand-ins',
      start: async () => {
        for (const branch of readdirSync(this.#dirOf())) {
          const text = readIfThere(join(this.#dirOf(branch), 'told.json'));
          const read = text === undefined ? undefined : standInPlace.safeParse(JSON.parse(text));
          if (read?.success) this.#take(read.data);
        }
        await this.#taking;
      },
      stop: () => {
        this.#telling?.cancel();
        for (const { place } of this.#places.values()) place.leave();
      },
    };
    return [places, this.#line];
  }

  get #identityDir(): string {
    return join(this.#options.settings.dataDir, 'identity');
  }

  #dirOf(...branch: string[]): string {
    return join(this.#options.settings.dataDir, 'places', ...branch);
  }

  #take(told: StandInPlace): void {
    this.#taking = this.#taking
      .then(async () => {
        const { place } = this.#placeOf(told.branch);
        writeFileAtomic(join(this.#dirOf(told.branch), 'told.json'), JSON.stringify(told), 0o600);
        await place.told(told);
      })
      .catch((error: unknown) =>
        this.#options.log.error({ err: error, branch: told.branch }, 'a stand-in cannot be set up'),
      );
  }

  #placeOf(branch: string): { readonly place: Place; readonly slot: number } {
    const known = this.#places.get(branch);
    if (known) return known;
    const { clock, log, settings } = this.#options;
    const dir = this.#dirOf(branch);
    mkdirSync(dir, { recursive: true, mode: 0o750 });
    const slot = this.#slotOf(dir);
    const place = new Place({
      ...{ clock, log, settings, dir, branch, slot: slotAt(slot, settings) },
      hostIdentityDir: this.#identityDir,
      request: (csr) => this.#line.request({ v: 1, branch, csr }),
      room: () => this.#running() < settings.most,
      changed: () => {
        // The room of one that has ended may be what another waits for.
        for (const { place: other } of this.#places.values()) other.begin();
        this.#tellSoon();
      },
    });
    const made = { place, slot };
    this.#places.set(branch, made);
    return made;
  }

  #running(): number {
    for (const place of this.#ending) if (!place.takesRoom) this.#ending.delete(place);
    return [...this.#places.values()].filter(({ place }) => place.takesRoom).length + this.#ending.size;
  }

  #slotOf(dir: string): number {
    const file = join(dir, 'slot');
    const kept = readIfThere(file);
    if (kept !== undefined) return Number(kept);
    const all = readdirSync(this.#dirOf()).map((branch) => readIfThere(join(this.#dirOf(branch), 'slot')));
    const slot = freeSlot(new Set(all.flatMap((text) => (text === undefined ? [] : [Number(text)]))));
    writeFileAtomic(file, String(slot));
    return slot;
  }

  /** What headquarters gives it no more goes on unless it is told to end, and its folder is kept: its history may not be at headquarters yet. */
  #only({ branches, ends = [] }: Payload<'stand-in-places'>): void {
    for (const [branch, { place }] of this.#places) {
      if (branches.includes(branch)) continue;
      this.#options.log.info({ branch }, 'headquarters has no such stand-in here any more');
      if (ends.includes(branch)) {
        place.end();
        this.#ending.add(place);
      } else place.leave();
      this.#places.delete(branch);
      const told = join(this.#dirOf(branch), 'told.json');
      if (readIfThere(told) !== undefined) renameSync(told, `${told}.before`);
    }
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#telling ??= this.#options.clock.after(GATHER_MS, () => {
      this.#telling = undefined;
      const certificate = readIfThere(join(this.#identityDir, 'box.crt'));
      if (certificate === undefined) return;
      this.#line.says({
        ...{ v: 1, most: this.#options.settings.most, size: hostSize(), certificate },
        places: [...this.#places.values()].map(({ place }) => place.shown()),
      });
    });
  }
}
