/** Where an answer ends: at a carriage return. There is no checksum and no length; what is too long is none. Pure. */

/** The longest answer of either family has 47 characters. */
const LONGEST = 128;

export interface Frames {
  readonly rest: string;
  readonly lines: readonly string[];
}

export function frames(rest: string, bytes: Uint8Array): Frames {
  // Line feeds and zeroes are what adapters and long cables add.
  const text =
    rest +
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\n\0]/g, '');
  const parts = text.split('\r');
  const last = parts.at(-1) ?? '';
  return { rest: last.length > LONGEST ? last.slice(-LONGEST) : last, lines: parts.slice(0, -1) };
}
