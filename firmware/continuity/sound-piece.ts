/** A piece of a recording, or of a message, for the box of the branch that this one stands in for. */
import { open } from 'node:fs/promises';
import { SOUND_PIECE_BYTES, type SoundAsked, type SoundPiece } from '@branchline/contracts/stand-in-sounds';
import { hasCode } from '@branchline/runtime/atomic-file';

/** @param path of the whole file; undefined where there is none. Rejects with what the disk says of one that is there. */
export async function soundPieceOf(asked: SoundAsked, path: string | undefined): Promise<SoundPiece> {
  const { kind, id, box, from } = asked;
  const about = { v: 1, kind, id, ...(box === undefined ? {} : { box }), from } as const;
  const gone: SoundPiece = { ...about, bytes: null, data: '' };
  if (path === undefined) return gone;
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(SOUND_PIECE_BYTES);
      const { bytesRead } = await file.read(buffer, 0, SOUND_PIECE_BYTES, from);
      return { ...about, bytes: size, data: buffer.subarray(0, bytesRead).toString('base64') };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return gone;
    throw error;
  }
}
