/**
 * The little of POSIX ustar that a signed archive needs: regular files with fixed owners and times. The reader refuses every
 * other kind of member (links, folders, devices, extended headers): what it does not know it cannot unpack wrongly.
 */
export const BLOCK = 512;

export interface TarMember {
  name: string;
  bytes: number;
}

/** The header of one file; undefined when ustar has no room for the name (100 characters, or 155 and 100 split at a '/'). */
export function tarHeader(member: TarMember, program: boolean): Buffer | undefined {
  const split = splitName(member.name);
  if (!split) return undefined;
  const header = Buffer.alloc(BLOCK);
  const put = (text: string, at: number): number => header.write(text, at, 'latin1');
  put(split.name, 0);
  put(program ? '0000755' : '0000644', 100);
  put('0000000', 108);
  put('0000000', 116);
  put(member.bytes.toString(8).padStart(11, '0'), 124);
  put('00000000000', 136);
  put('0', 156);
  put('ustar\x0000', 257);
  put(split.prefix, 345);
  put(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** What a header says; 'end' for the empty block behind the last file; a text that says why it is refused. */
export function readHeader(header: Buffer): TarMember | 'end' | { refused: string } {
  if (header.length < BLOCK) return { refused: 'it ends in the middle' };
  if (header.every((byte) => byte === 0)) return 'end';
  if (Number.parseInt(text(header, 148, 8), 8) !== checksum(header))
    return { refused: 'the checksum of a header is wrong' };
  const prefix = text(header, 345, 155);
  const name = prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
  if (header.toString('latin1', 156, 157) !== '0')
    return { refused: `${JSON.stringify(name)} is no regular file` };
  const size = text(header, 124, 12);
  if (!/^[0-7]{11}$/.test(size)) return { refused: `${JSON.stringify(name)} has no readable size` };
  return { name, bytes: Number.parseInt(size, 8) };
}

/** How many empty bytes follow a file of this size. */
export const padding = (bytes: number): number => (BLOCK - (bytes % BLOCK)) % BLOCK;

function splitName(name: string): { prefix: string; name: string } | undefined {
  if (name.length <= 100) return { prefix: '', name };
  const slash = name.indexOf('/', name.length - 101);
  if (slash < 1 || slash > 155) return undefined;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

function text(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end === -1 ? length : end);
}

/** By POSIX the checksum's own field counts as eight blanks. */
function checksum(header: Buffer): number {
  let sum = 8 * 32;
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum;
}
