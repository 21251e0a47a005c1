/** Makes the support bundle: texts without secrets, each cut to its newest end, as a gzipped tar archive of bounded size. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { masked } from './mask.ts';
import { tarOf } from './tar.ts';

export interface BundleText {
  readonly name: string;
  /** Read when its turn comes; undefined for what is not there. */
  readonly text: () => string | undefined;
}

export interface BundleOrder {
  readonly texts: readonly BundleText[];
  readonly secrets: readonly string[];
  /** Of what is in it, ms since 1970. */
  readonly at: number;
  readonly progress: (percent: number) => void;
}

/** Of each file; of all together 6 MiB, so that even what cannot be compressed stays beneath the contract's bound. */
const LARGEST_FILE_BYTES = 1024 * 1024;
const LARGEST_BYTES = 6 * 1024 * 1024;
/** Making it is half the work, sending it the other. */
const MADE_PERCENT = 50;

export async function makeBundle({ texts, secrets, at, progress }: BundleOrder): Promise<Buffer> {
  const files = [];
  let left = LARGEST_BYTES;
  for (const [index, { name, text }] of texts.entries()) {
    const newest = newestOf(textOf(text), LARGEST_FILE_BYTES).toString();
    const bytes = newestOf(masked(newest, secrets), Math.min(LARGEST_FILE_BYTES, left));
    left -= bytes.length;
    if (bytes.length > 0) files.push({ name, bytes });
    progress(Math.floor((MADE_PERCENT * (index + 1)) / texts.length));
    await new Promise(setImmediate);
  }
  return promisify(gzip)(tarOf(files, at));
}

/** One file that cannot be read must not cost the others. */
function textOf(read: () => string | undefined): string {
  try {
    return read() ?? '';
  } catch (error) {
    return `could not be read: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}

function newestOf(text: string, most: number): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return bytes;
  const end = bytes.subarray(bytes.length - most);
  // From the next whole line on: a cut within a character would not be UTF-8.
  return end.subarray(end.indexOf(0x0a) + 1);
}
