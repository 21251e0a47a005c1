/**
 * How two ledgers are compared without sending them. Each event has one canonical line; a block of 1,024 numbers has one
 * SHA-256 over its lines; a stretch has one over the hashes of the pieces that the blocks cut it into. Both sides keep
 * the hashes of whole blocks, so that a stretch of a million events is compared by a thousand hashes. Blocks are cut by
 * number and not by day: numbers have no gaps and no time zone, and a clock may be ten years off. Pure.
 */
import * as z from 'zod';
import type { LedgerEvent } from './ledger.ts';

const epoch = z.string().regex(/^[0-9a-f]{16}$/);
const seq = z.int().min(1);
const v = z.literal(1);

/** Numbers in a block. */
export const BLOCK = 1_024;

/** Headquarters asks a box for the digest of a stretch. */
export const ledgerCompare = z.looseObject({
  v,
  /** Given back with the answer. */
  id: z.string().min(1).max(40),
  epoch,
  from: seq,
  to: seq,
});

export const ledgerDigest = z.looseObject({
  v,
  id: z.string().min(1).max(40),
  /** Of the box's ledger: another one than was asked for has begun when it differs, and nothing is compared. */
  epoch,
  from: seq,
  to: seq,
  /** The newest number the box has given, 0 before the first. */
  newest: z.int().min(0),
  /** Hex; null when the box has not got all of these events (any more). */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});

/** From and to, both included. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** Of a whole block its number, from 0. */
  readonly block?: number;
}

/** The stretch as the blocks cut it, ascending. */
export function piecesOf(from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  for (let at = from; at <= to;) {
    const block = blockOf(at);
    const last = Math.min(to, (block + 1) * BLOCK);
    const whole = at === block * BLOCK + 1 && last === (block + 1) * BLOCK;
    pieces.push({ from: at, to: last, ...(whole ? { block } : {}) });
    at = last + 1;
  }
  return pieces;
}

/** The number of the block in which an event stands, from 0. */
export const blockOf = (number: number): number => Math.floor((number - 1) / BLOCK);

/** Two halves of a stretch, cut between blocks where it is longer than one. */
export function halvesOf(from: number, to: number): readonly [Piece, Piece] {
  const middle = Math.floor((from + to) / 2);
  const edge = Math.round(middle / BLOCK) * BLOCK;
  const cut = edge >= from && edge < to ? edge : middle;
  return [
    { from, to: cut },
    { from: cut + 1, to },
  ];
}

/**
 * One line of the digest: the event with its keys sorted at every depth and its time in milliseconds, so that neither the
 * order in which a service happens to write keys nor how it keeps the time changes it.
 */
export function canonicalLine(event: LedgerEvent): string {
  return `${canonical({ ...event, at: new Date(event.at).toISOString() })}\n`;
}

function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each ?? null)).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const texts: string[] = [];
  for (const key of Object.keys(fields).sort())
    if (fields[key] !== undefined) texts.push(`${JSON.stringify(key)}:${canonical(fields[key])}`);
  return `{${texts.join(',')}}`;
}
