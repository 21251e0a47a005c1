/** The document in force while the service runs, and the way in which a newer one takes its place: whole, without a fault, and told to whoever goes by it. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { Fault } from '@branchline/contracts/branch/faults';
import { writeFileAtomic } from '@branchline/runtime/atomic-file';
import type { Clock } from '@branchline/runtime/clock';
import {
  checkDocument,
  documentInForce,
  rememberGood,
  type AlsoCheck,
  type Checked,
  type DocumentInForce,
} from './document.ts';

export interface DocumentPlaces {
  /** Where the person's document lies. */
  readonly path: string;
  readonly dataDir: string;
  /** Asked of every new document; the last good one is gone by whatever it says. */
  readonly also?: AlsoCheck;
}

export type Taken =
  | { readonly ok: true; readonly changed: boolean; readonly document: DocumentInForce }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export class Documents {
  readonly #places: DocumentPlaces;
  readonly #clock: Clock;
  readonly #listeners: ((now: DocumentInForce) => void)[] = [];
  #inForce: DocumentInForce;
  #appliedAt: number;

  /** @throws NoDocument when neither the file nor the last good one can be gone by */
  constructor(places: DocumentPlaces, clock: Clock) {
    this.#places = places;
    this.#clock = clock;
    this.#inForce = documentInForce(places.path, places.dataDir, places.also);
    this.#appliedAt = clock.now();
    rememberGood(this.#inForce, places.dataDir, this.#appliedAt);
  }

  get inForce(): DocumentInForce {
    return this.#inForce;
  }

  get branch(): Branch {
    return this.#inForce.branch;
  }

  /** Ms since 1970. */
  get appliedAt(): number {
    return this.#appliedAt;
  }

  /** Told after each change, in the order in which they asked, also when a newer file was refused. */
  onChange(listener: (now: DocumentInForce) => void): void {
    this.#listeners.push(listener);
  }

  /** Checked as if it were to be taken now. */
  check(source: string): Checked {
    const checked = checkDocument(source, this.#places.also);
    const moved = checked.ok ? otherBranch(checked.document.branch, this.branch) : undefined;
    return moved ? { ok: false, faults: [moved] } : checked;
  }

  /** Puts a document in force and in the place of the file. With a fault, everything stays as it is. @throws when the file cannot be written */
  take(source: string): Taken {
    const checked = this.check(source);
    if (!checked.ok) return checked;
    const { document } = checked;
    writeFileAtomic(this.#places.path, source, 0o640);
    return this.#put(document);
  }

  /** The file was written by somebody else: it is taken, or the last good one stays and its faults are shown. */
  readAgain(): Taken {
    const { path, dataDir, also } = this.#places;
    const read = documentInForce(path, dataDir, also);
    const moved = otherBranch(read.branch, this.branch);
    const refused = moved ? { faults: [moved] } : read.refused;
    if (!refused) return this.#put(read);
    this.#inForce = { ...this.#inForce, refused };
    this.#tell();
    return { ok: false, faults: refused.faults };
  }

  #put(document: DocumentInForce): Taken {
    const changed = document.revision !== this.#inForce.revision || this.#inForce.refused !== undefined;
    if (changed) {
      this.#inForce = document;
      this.#appliedAt = this.#clock.now();
      rememberGood(document, this.#places.dataDir, this.#appliedAt);
      this.#tell();
    }
    return { ok: true, changed, document };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.#inForce);
  }
}

/** A box's name is in its certificate and in all that headquarters has of it: another one is another box. */
function otherBranch(next: Branch, now: Branch): Fault | undefined {
  if (next.site.id === now.site.id) return undefined;
  const expected = `'${now.site.id}', as this box is enrolled; another name is given to a box that is set up anew`;
  return { code: 'not-one-of', path: 'site.id', value: next.site.id, expected, severity: 'error' };
}
