/** What the document says of a caller by his number alone. Pure. */
import type { Branch } from '@branchline/contracts/branch/model';
import { inRange } from '@branchline/contracts/branch/values';

/** The tags of a number in international form, in the order of the document. */
export function tagsOf(branch: Branch, number: string): string[] {
  return branch.callers.flatMap(({ tag, numbers }) =>
    numbers.some((block) => inRange(number, block)) ? [tag] : [],
  );
}
