/**
 * Recordings and messages of a stand-in on their way to its branch's box: the box asks for a piece, headquarters hands the question to the stand-in and
 * its answer back, and keeps nothing.
 */
import * as z from 'zod';

const v = z.literal(1);

/** Of a file in one message: 64 kB as it travels. */
export const SOUND_PIECE_BYTES = 48 * 1024;

export const SOUND_KINDS = ['recording', 'message'] as const;

const which = {
  v,
  kind: z.enum(SOUND_KINDS),
  /** As the stand-in's ledger names it. */
  id: z.string().min(1).max(120),
  /** Of a message: the voicemail box that it was left in. */
  box: z.string().min(1).max(80).optional(),
  /** Where the piece begins. */
  from: z.int().min(0),
};

export const soundAsked = z.looseObject(which);
export type SoundAsked = z.infer<typeof soundAsked>;

export const soundPiece = z.looseObject({
  ...which,
  /** Of the whole file; null where it is not there any more. */
  bytes: z.int().min(0).nullable(),
  data: z.base64().max(Math.ceil((SOUND_PIECE_BYTES * 4) / 3) + 4),
});
export type SoundPiece = z.infer<typeof soundPiece>;
