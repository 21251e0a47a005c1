/** What a box seals for the host of its stand-in. */
import * as z from 'zod';

export const sharedSecrets = z.looseObject({
  /** Of each telephone. */
  phones: z.record(z.string(), z.string()),
  /** Of cloud lines, by the names that the document has for them. */
  secrets: z.record(z.string(), z.string()),
});
export type SharedSecrets = z.infer<typeof sharedSecrets>;

/** Bound into what is sealed: of one branch, for one host. */
export const secretsPurpose = (branch: string, host: string): string => `secrets of ${branch} for ${host}`;
