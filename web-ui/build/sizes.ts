/**
 * What a browser must load before a door's first page stands: `node build/sizes.ts` prints, for each door, the brotli
 * bytes of its scripts and styles, and fails when the scripts pass the budget.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const BUDGET_KB = 150;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

/** Every chunk that a door needs before its first page, itself included. */
function reach(manifest: Manifest, entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  for (const next of manifest[entry]?.imports ?? []) reach(manifest, next, seen);
  return seen;
}

const kb = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + brotliCompressSync(readFileSync(DIST + file)).length, 0) / 1000;

const manifest = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8')) as Manifest;
for (const door of ['box.html', 'hq.html']) {
  const chunks = [...reach(manifest, door)].flatMap((key) => manifest[key] ?? []);
  const scripts = kb(new Set(chunks.map((chunk) => chunk.file)));
  const styles = kb(new Set(chunks.flatMap((chunk) => chunk.css ?? [])));
  console.log(`${door}: ${scripts.toFixed(1)} kB of scripts, ${styles.toFixed(1)} kB of styles (brotli)`);
  if (scripts > BUDGET_KB) {
    console.error(`${door} loads more than ${BUDGET_KB} kB of scripts at first: import what is heavy lazily`);
    process.exitCode = 1;
  }
}
