/** Files as a tar archive (POSIX.1-1988 ustar). Pure. */

export interface TarFile {
  /** Of a-z, 0-9, dot, dash and slash; at most 99 characters. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;

/** @param at of all files, ms since 1970. */
export function tarOf(files: readonly TarFile[], at: number): Buffer {
  const blocks = files.flatMap(({ name, bytes }) => [
    headerOf(name, bytes.length, at),
    bytes,
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function headerOf(name: string, size: number, at: number): Buffer {
  if (!/^[a-z0-9.\-/]{1,99}$/.test(name)) throw new Error(`not a name for a file of the archive: ${name}`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o600, 8) + octal(0, 8) + octal(0, 8), 100);
  header.write(octal(size, 12) + octal(Math.floor(at / 1_000), 12), 124);
  // The checksum is counted as if it were blank.
  header.write('        0', 148);
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
