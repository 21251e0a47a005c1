/** Who takes part in a call. */
import * as z from 'zod';

export const party = z.object({
  kind: z.enum(['agent', 'extension', 'number', 'caller']),
  /** A person's id, an extension, or a number as dialled or shown. */
  id: z.string(),
  /** The phone, or the trunk, that carried it. */
  via: z.string().optional(),
});
export type Party = z.infer<typeof party>;
