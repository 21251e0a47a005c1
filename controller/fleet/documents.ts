/** The branches' documents: versions made here, sent to their boxes, and what became of the newest one there. */
import { createHash } from 'node:crypto';
import { differenceOf, type Change } from '@branchline/contracts/branch/difference';
import type { Fault } from '@branchline/contracts/branch/faults';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import {
  LARGEST_DOCUMENT_BYTES,
  type Desired,
  type DesiredState,
  type Version,
} from '@branchline/contracts/fleet/documents';
import type { Composition } from '@branchline/contracts/fleet/templates';
import type { DocumentVersion } from '@branchline/contracts/http/fleet-documents';
import type { Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import { asYaml, readYaml } from '@branchline/runtime/yaml-text';
import type { DocumentVersions, StoredVersion } from '../store/document-versions.ts';
import type { FleetBoard } from './board.ts';
import type { Composer } from './composer.ts';

export interface DocumentsParts {
  readonly clock: Clock;
  readonly versions: DocumentVersions;
  readonly board: FleetBoard;
  readonly composer: Composer;
  /** To a box that is connected now. */
  readonly send: <L extends 'desired' | 'reported-ack'>(box: string, leaf: L, payload: Payload<L>) => void;
}

/** Whoever asks for a new version. */
export interface Asker {
  readonly author: string;
  readonly reason: string;
  readonly address: string;
  /** The newest version as the author saw it, 0 for none. */
  readonly after: number;
  readonly confirmWithinS: number;
}

/** Where a version comes from, and what it is made of. */
export interface Origin extends Pick<DocumentVersion, 'origin' | 'cameFrom'> {
  readonly composition: Composition | null;
}

export interface Taken {
  readonly ok: boolean;
  readonly faults: readonly Fault[];
  readonly version: number | null;
  readonly difference: readonly Change[];
}

export class BranchDocuments {
  readonly #parts: DocumentsParts;

  constructor(parts: DocumentsParts) {
    this.#parts = parts;
  }

  /** After a start: what is on the board knows its newest version. */
  async load(): Promise<void> {
    const { versions, board } = this.#parts;
    for (const { box, version, revision } of await versions.heads())
      board.change(box, { newest: { version, revision } });
  }

  list(box: string): Promise<DocumentVersion[]> {
    return this.#parts.versions.all(box);
  }

  newest(box: string): Promise<StoredVersion | undefined> {
    return this.#parts.versions.newest(box);
  }

  /** @throws HttpProblem where there is no such version */
  async version(
    box: string,
    version: number,
  ): Promise<{ readonly one: StoredVersion; readonly difference: Change[] }> {
    const one = await this.stored(box, version);
    const before = await this.#parts.versions.version(box, version - 1);
    return { one, difference: differenceOf(valueOf(before?.source), valueOf(one.source)) };
  }

  /** Checked as the box will check it, but for what only the box knows: its gateway models. */
  async check(box: string, source: string): Promise<Taken> {
    return this.#checked(box, source, await this.#parts.versions.newest(box));
  }

  #checked(box: string, source: string, before: StoredVersion | undefined): Taken {
    const faults = faultsOf(box, source);
    const ok = !faults.some(({ severity }) => severity === 'error');
    const difference = ok ? differenceOf(valueOf(before?.source), valueOf(source)) : [];
    return { ok, faults, version: null, difference };
  }

  /** @throws HttpProblem where somebody else was quicker */
  put(
    box: string,
    source: string,
    asker: Asker,
    how: Origin = { origin: 'written', cameFrom: null, composition: null },
    /** Written in the same transaction, before the box is told. */
    also?: (version: number) => Promise<void>,
  ): Promise<Taken> {
    return this.#parts.versions.together(box, () => this.#put(box, source, asker, how, also));
  }

  async #put(
    box: string,
    source: string,
    asker: Asker,
    how: Origin,
    also?: (version: number) => Promise<void>,
  ): Promise<Taken> {
    const { versions, clock } = this.#parts;
    const before = await versions.newest(box);
    const newest = before?.version ?? 0;
    const checked = this.#checked(box, source, before);
    if (newest !== asker.after) throw somebodyWasQuicker(newest, asker.after);
    if (!checked.ok) return checked;
    const { author, reason, address, confirmWithinS } = asker;
    const at = clock.now();
    const version: StoredVersion = {
      ...how,
      version: newest + 1,
      revision: createHash('sha256').update(source).digest('hex'),
      source,
      author,
      reason,
      at: new Date(at).toISOString(),
      changes: checked.difference.length,
      confirmWithinS,
      overwrite: how.origin === 'overwrite',
    };
    const detail = `version ${version.version} (${how.origin}): ${reason}`;
    await versions.add(box, version, { at, who: author, address, action: 'document', box, detail });
    await also?.(version.version);
    const base = await this.#baseOf(box, version.version);
    versions.afterwards(() => this.#made(box, version, base));
    return { ...checked, version: version.version };
  }

  /** It is on disk. One made after it may have been told of already. */
  #made(box: string, stored: StoredVersion, base: Pick<Desired, 'base'>): void {
    if (this.#show(box, stored)) this.#tell(box, stored, base);
  }

  /** Whether the board did not know of it, nor of a newer one. */
  #show(box: string, { version, revision }: Version): boolean {
    const { board } = this.#parts;
    if ((board.of(box)?.newest?.version ?? 0) >= version) return false;
    board.change(box, { newest: { version, revision } });
    return true;
  }

  /** A document as somebody wrote it as a whole: of a branch beneath templates, what differs from them becomes its own. */
  async putWhole(
    box: string,
    source: string,
    asker: Asker,
    origin: 'written' | 'taken-up' = 'written',
  ): Promise<Taken> {
    // As of the version that the author saw: of a newer one nothing is put.
    const seen = await this.#parts.versions.version(box, asker.after);
    const composition = await this.#parts.composer.ofWhole(seen, source);
    return this.put(box, source, asker, { origin, cameFrom: null, composition });
  }

  /** An earlier version becomes the newest one, with what it was made of; where a template of that is no more, all of it is the branch's own. */
  async goBack(box: string, to: number, asker: Asker): Promise<Taken> {
    const { source, composition: was } = await this.stored(box, to);
    const composition = await this.#parts.composer.stillThere(was);
    return this.put(box, source, asker, { origin: 'went-back', cameFrom: to, composition });
  }

  /** What was changed at the box becomes a version, or the newest version goes over it. */
  async settle(box: string, choice: 'take-up' | 'overwrite', asker: Asker): Promise<Taken> {
    if (choice === 'overwrite') {
      const { source, composition } = await this.stored(box, asker.after);
      return this.put(box, source, asker, { origin: 'overwrite', cameFrom: null, composition });
    }
    const reported = this.#parts.board.of(box)?.reported;
    if (!reported)
      throw notFound(
        `report of box '${box}'`,
        'Wait until the box is connected: it reports its document then.',
      );
    // The text is there only while it is not the common one; a box of an earlier release sends none.
    const known = await this.#parts.versions.newest(box);
    const source =
      reported.source ?? (known?.revision === reported.revision ? known.source : asYaml(reported.document));
    return this.putWhole(box, source, asker, 'taken-up');
  }

  /** What the broker would keep for a box, kept here: the box is told when it is there. */
  async online(box: string): Promise<void> {
    const newest = await this.#parts.versions.newest(box);
    if (!newest) return;
    this.#show(box, newest);
    await this.#send(box, newest);
  }

  /** What it reported is kept. */
  async reported(box: string, { revision, desired }: Payload<'reported'>): Promise<void> {
    const { send, versions } = this.#parts;
    send(box, 'reported-ack', { v: 1, revision });
    // Another controller may have made one that the board here does not know.
    const newest = await versions.head(box);
    if (!newest) return;
    this.#show(box, newest);
    if (!desired || isSame(desired.seen, newest)) return;
    const stored = await versions.version(box, newest.version);
    if (stored) await this.#send(box, stored);
  }

  async #send(box: string, stored: StoredVersion): Promise<void> {
    this.#tell(box, stored, await this.#baseOf(box, stored.version));
  }

  #tell(
    box: string,
    { version, revision, source, author, reason, at, confirmWithinS, overwrite }: StoredVersion,
    base: Pick<Desired, 'base'>,
  ): void {
    // Another one was made while this one was read.
    if ((this.#parts.board.of(box)?.newest?.version ?? 0) > version) return;
    const payload = {
      v: 1,
      version,
      revision,
      source,
      confirmWithinS,
      overwrite,
      ...base,
      author,
      reason,
      at,
    } as const;
    this.#parts.send(box, 'desired', payload);
  }

  /** Where the box has taken nothing of headquarters in hand since its document was taken up: that document, which the two have in common. */
  async #baseOf(box: string, version: number): Promise<Pick<Desired, 'base'>> {
    const { versions, board } = this.#parts;
    const takenUp = await versions.takenUp(box, version);
    if (!takenUp || (board.of(box)?.reported?.desired?.common ?? 0) >= takenUp.version) return {};
    const { revision, source } = takenUp;
    return { base: takenUp.version === version ? { revision } : { revision, source } };
  }

  /** @throws HttpProblem where there is no such version */
  async stored(box: string, version: number): Promise<StoredVersion> {
    const stored = await this.#parts.versions.version(box, version);
    if (!stored)
      throw notFound(
        `version ${version} of the document of '${box}'`,
        `GET /api/boxes/${box}/documents lists them.`,
      );
    return stored;
  }
}

const isSame = (seen: DesiredState['seen'], { version, revision }: Version): boolean =>
  seen?.version === version && seen.revision === revision;

function valueOf(source: string | undefined): unknown {
  const read = source === undefined ? undefined : readYaml(source);
  return read?.ok ? read.value : {};
}

function faultsOf(box: string, source: string): readonly Fault[] {
  const bytes = Buffer.byteLength(source);
  if (bytes > LARGEST_DOCUMENT_BYTES)
    return [notOne(`${bytes} bytes`, `a document of at most ${LARGEST_DOCUMENT_BYTES} bytes`)];
  const read = readYaml(source);
  if (!read.ok) return [notOne(read.found, read.expected)];
  const resolution = resolveBranch(read.value);
  if (!resolution.ok) return resolution.faults;
  const { id } = resolution.branch.site;
  if (id === box) return resolution.warnings;
  return [
    {
      code: 'not-one-of',
      path: 'site.id',
      value: id,
      expected: `'${box}', whose document this is`,
      severity: 'error',
    },
  ];
}

const notOne = (value: string, expected: string): Fault => ({
  code: 'not-a-document',
  path: '',
  value,
  expected,
  severity: 'error',
});

const somebodyWasQuicker = (newest: number, after: number): HttpProblem =>
  new HttpProblem(409, {
    code: 'newer-version',
    message: `The newest version is ${newest}, not ${after}: somebody else was quicker.`,
    field: 'body.after',
    value: after,
    remedy: `Look at version ${newest}, and send yours with after: ${newest}.`,
  });
