/** The root side of an update as the service sees it: wishes and confirmations left for it, and what it says. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { read, ROOT_FILE, rootState, SERVICE_FILES, type RootState, type Wish, wish } from './handover.ts';

export class RootSide {
  /** The service's own folder. */
  readonly #folder: string;
  readonly #releases: string;

  constructor(folder: string, releases: string) {
    this.#folder = folder;
    this.#releases = releases;
  }

  get archive(): string {
    return join(this.#folder, SERVICE_FILES.archive);
  }

  /** This start, for whoever counts them. */
  begin(version: string): void {
    mkdirSync(this.#folder, { recursive: true });
    // Root is of the service's group and has no other right here; the mask of the service leaves the group nothing.
    chmodSync(this.#folder, 0o750);
    this.#leave('running', { v: 1, version, start: drawn() });
  }

  /** undefined where there is none: this machine was not made ready for releases. */
  says(): RootState | undefined {
    return read(rootState, readIfThere(join(this.#releases, ROOT_FILE)));
  }

  wish(version: string): void {
    rmSync(join(this.#folder, SERVICE_FILES.confirmed), { force: true });
    this.#leave('wish', { v: 1, id: drawn(), version });
  }

  takeBack(): void {
    rmSync(join(this.#folder, SERVICE_FILES.wish), { force: true });
  }

  confirm(version: string): void {
    this.#leave('confirmed', { v: 1, version });
  }

  /** Whether what root says comes of the wish that lies here, and of none before it. */
  isOfLastWish({ wish: dealtWith }: RootState): boolean {
    return dealtWith !== null && dealtWith === this.#wished()?.id;
  }

  /** Why what is wished for was not done; undefined while that is not said. */
  refused(): string | undefined {
    const refused = this.says()?.refused;
    return refused && refused.wish === this.#wished()?.id ? refused.detail : undefined;
  }

  #wished(): Wish | undefined {
    return read(wish, readIfThere(join(this.#folder, SERVICE_FILES.wish)));
  }

  #leave(name: keyof typeof SERVICE_FILES, value: object): void {
    const path = join(this.#folder, SERVICE_FILES[name]);
    const aside = `${path}.new`;
    writeFileAtomic(aside, `${JSON.stringify(value)}\n`);
    chmodSync(aside, 0o640);
    renameSync(aside, path);
  }
}

const drawn = (): string => randomBytes(8).toString('hex');
