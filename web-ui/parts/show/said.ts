/** A reason as the box gave it, in the reader's language. */
import { detailText } from '@branchline/contracts/alarm-detail';
import { useLook } from '../door/context.ts';

export function useSaid(): (detail: string) => string {
  const { language } = useLook();
  return (detail) => detailText(detail, language);
}
