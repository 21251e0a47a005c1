/** Where headquarters is, and whose box this is: as the settings say, or as the claim has said. */
import { join } from 'node:path';
import { TOPIC_NAME } from '@branchline/contracts/topics';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import * as z from 'zod';

const place = z.object({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  tenant: z.string().regex(TOPIC_NAME),
});
export type Place = z.infer<typeof place>;

const pathIn = (identityDir: string): string => join(identityDir, 'headquarters.json');

/** Undefined for a box that nobody has claimed. @throws Error for a file that is none of ours */
export function placeOfHeadquarters(identityDir: string): Place | undefined {
  const text = readIfThere(pathIn(identityDir));
  if (text === undefined) return undefined;
  try {
    return place.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `${pathIn(identityDir)} cannot be read. Have the box claimed again: branchline claim --again.`,
      { cause: error },
    );
  }
}

export function keepPlace(identityDir: string, found: Place): void {
  writeFileAtomic(pathIn(identityDir), `${JSON.stringify(found, null, 2)}\n`);
}
