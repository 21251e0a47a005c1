/** YAML or JSON (JSON is YAML) as a person wrote it, read whole or refused with its place; aliases cannot fill the memory. */
import { LineCounter, parseDocument, stringify, type Document } from 'yaml';

export type YamlRead =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      /** What was found, with line and column where it has them. */
      readonly found: string;
      readonly expected: string;
    };

const MOST_ALIASES = 100;

/** Of a document all that is done with it reads the same text, one after the other. */
const RECENT_TEXTS = 8;
const LARGEST_RECENT = 64 * 1024;
const recent = new Map<string, YamlRead>();

/** What it gives cannot be changed: others are given the same. */
export function readYaml(text: string): YamlRead {
  const known = recent.get(text);
  if (known) return known;
  const read = frozen(readAfresh(text));
  if (text.length > LARGEST_RECENT) return read;
  const [oldest] = recent.keys();
  if (recent.size >= RECENT_TEXTS && oldest !== undefined) recent.delete(oldest);
  recent.set(text, read);
  return read;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

function readAfresh(text: string): YamlRead {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines });
  const broken = parsed.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    return {
      ok: false,
      found: `line ${line}, column ${col}: ${firstLine(broken)}`,
      expected: 'YAML or JSON without a fault of form',
    };
  }
  try {
    const value: unknown = parsed.toJS({ maxAliasCount: MOST_ALIASES });
    JSON.stringify(value);
    return { ok: true, value };
  } catch (error) {
    return {
      ok: false,
      found: firstLine(error).replace(/ \(.*\)/, ''),
      expected: 'YAML whose aliases (*name) stand after their anchor, few and in no circle',
    };
  }
}

export interface YamlChange {
  readonly path: readonly string[];
  /** Undefined takes the field out. */
  readonly becomes?: unknown;
}

/** The text with some fields changed; what else stands there, remarks too, stays. @throws where the text is no YAML without a fault */
export function changeYaml(text: string, changes: readonly YamlChange[]): string {
  const parsed = parseDocument(text);
  if (parsed.errors[0]) throw parsed.errors[0];
  for (const { path, becomes } of changes) change(parsed, path, becomes);
  return parsed.toString({ lineWidth: 0 });
}

function change(parsed: Document, path: readonly string[], becomes: unknown): void {
  if (becomes === undefined) parsed.deleteIn(path);
  else parsed.setIn(path, parsed.createNode(becomes));
}

/** A value as YAML, for one that nobody has written as a text. */
export const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0 });

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
