/** The proof that headquarters has a branch's whole history: what the last comparison with the box's own digest said. */
import * as z from 'zod';
import { route } from './route.ts';

export const ledgerProof = z.object({
  /** Events 1 to this one were equal to the box's; 0 when they never were compared. */
  upto: z.int().min(0),
  /** Of those, as the box gave it (contracts/ledger-digest.ts); hex. */
  sha256: z.string().nullable(),
  /** When they were found equal, by headquarters' clock. */
  at: z.iso.datetime().nullable(),
  /** A stretch that could not be made equal since. not-kept: the box has it no more. not-healed: it was sent again, and differs still. */
  differs: z
    .object({
      from: z.int(),
      to: z.int(),
      because: z.enum(['not-kept', 'not-healed']),
      at: z.iso.datetime(),
    })
    .nullable(),
});
export type LedgerProof = z.infer<typeof ledgerProof>;

export const streamProof = z.object({
  /** One life of the box's database: 16 hex digits. */
  epoch: z.string(),
  /** Of the ledger that the box writes now. */
  current: z.boolean(),
  /** Events 1 to this one are all here. */
  contiguous: z.int(),
  newest: z.int(),
  missing: z.int(),
  proof: ledgerProof.nullable(),
});
export type StreamProof = z.infer<typeof streamProof>;

export const proofRoutes = {
  proof: route({
    method: 'get',
    path: '/api/boxes/{box}/proof',
    access: 'session',
    says: "whether all of a box's ledger is here and equal to the box's own, for each life of its database, the present one first",
    response: z.object({ streams: z.array(streamProof), comparing: z.boolean() }),
  }),
  compareLedger: route({
    method: 'post',
    path: '/api/boxes/{box}/proof',
    access: 'session',
    says: "compare a box's ledger with the box's own now, not only once a day",
    body: z.strictObject({}),
    response: z.object({ comparing: z.boolean() }),
  }),
} as const;
