/**
 * The branch document in force. A new one is taken only when it is without a fault; otherwise the last good one stays, and the
 * faults are shown. The last good one lies beside the database, so that the box starts with it whatever happened to the file.
 */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { Fault } from '@branchline/contracts/branch/faults';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { readYaml } from '@branchline/runtime/yaml-text';
import { keepOlder, revisionOf } from './documents-kept.ts';

export interface DocumentInForce {
  readonly source: string;
  /** SHA-256 of the source, hex. */
  readonly revision: string;
  readonly branch: Branch;
  readonly raw: Record<string, unknown>;
  readonly warnings: readonly Fault[];
  /** Why the newest file was not taken; undefined when it was. */
  readonly refused?: { readonly faults: readonly Fault[] };
}

export type Checked =
  | { readonly ok: true; readonly document: DocumentInForce }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What the shape alone cannot say, such as whether this box knows a gateway's model. */
export type AlsoCheck = (branch: Branch) => readonly Fault[];
const NOTHING_MORE: AlsoCheck = () => [];

const LONGEST_BYTES = 1_000_000;

/** Reads YAML or JSON (JSON is YAML) and settles it, or lists every fault. */
export function checkDocument(source: string, also: AlsoCheck = NOTHING_MORE): Checked {
  if (source.length > LONGEST_BYTES)
    return wrong(`${source.length} characters`, `a document of at most ${LONGEST_BYTES} characters`);
  const read = readYaml(source);
  if (!read.ok) return wrong(read.found, read.expected);
  const raw = read.value;
  const resolution = resolveBranch(raw);
  if (!resolution.ok) return resolution;
  const faults = also(resolution.branch);
  if (faults.length > 0) return { ok: false, faults };
  const revision = revisionOf(source);
  const { branch, warnings } = resolution;
  return { ok: true, document: { source, revision, branch, raw: raw as Record<string, unknown>, warnings } };
}

export class NoDocument extends Error {
  readonly faults: readonly Fault[];
  constructor(path: string, faults: readonly Fault[]) {
    super(`there is no branch document without a fault: write one at ${path}`);
    this.name = 'NoDocument';
    this.faults = faults;
  }
}

/**
 * The document to go by: the file when it is good, else the last good one.
 * @throws NoDocument when neither is.
 */
export function documentInForce(path: string, dataDir: string, also?: AlsoCheck): DocumentInForce {
  const checked = checkFile(path, also);
  if (checked?.ok) return checked.document;
  const last = lastGoodDocument(dataDir);
  const faults = checked?.faults ?? [missing(path)];
  if (!last?.ok) throw new NoDocument(path, faults);
  return { ...last.document, refused: { faults } };
}

/** The one a box goes by, as far as another process can tell; undefined where no service has started yet. */
export const lastGoodDocument = (dataDir: string): Checked | undefined => checkFile(lastGoodPath(dataDir));

/** The one that was in force until `now` (ms since 1970) is kept for some days. */
export function rememberGood(document: DocumentInForce, dataDir: string, now: number): void {
  if (document.refused) return;
  const before = readIfThere(lastGoodPath(dataDir));
  if (before !== undefined && before !== document.source) keepOlder(dataDir, before, now);
  writeFileAtomic(lastGoodPath(dataDir), document.source, 0o640);
}

/** Undefined where there is no file; one that cannot be read is a fault like any other. */
function checkFile(path: string, also?: AlsoCheck): Checked | undefined {
  let source: string | undefined;
  try {
    source = readIfThere(path);
  } catch (error) {
    return wrong(firstLine(error), `a file at ${path} that this service may read`);
  }
  return source === undefined ? undefined : checkDocument(source, also);
}

const wrong = (value: string, expected: string): Checked => ({
  ok: false,
  faults: [{ code: 'not-a-document', path: '', value, expected, severity: 'error' }],
});

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

const lastGoodPath = (dataDir: string): string => join(dataDir, 'document-in-force.yaml');

const missing = (path: string): Fault => ({
  code: 'missing',
  path,
  expected: "a branch document: YAML or JSON that starts with 'schema: branchline.branch/1'",
  severity: 'error',
});
