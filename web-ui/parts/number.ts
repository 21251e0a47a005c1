/** Telephone numbers as people read them. Pure. */

/** A number is never broken over two lines. */
const SPACE = '\u00a0';

/** '+8613812345678' as '+86 138 1234 5678', with spaces that do not break; what is not E.164 stays as it is. */
export function readable(number: string): string {
  const china = /^\+86(\d+)$/.exec(number)?.[1];
  if (china) return `+86${SPACE}${chinese(china)}`;
  return number;
}

function chinese(national: string): string {
  const mobile = /^(1[3-9]\d)(\d{4})(\d{4})$/.exec(national);
  if (mobile) return mobile.slice(1).join(SPACE);
  // Two-digit area codes are 10 and 20 to 29; all others have three digits (national numbering plan, YD/T 1127).
  const area = /^(10|2\d|[3-9]\d\d)(\d{3,4})(\d{4})$/.exec(national);
  return area ? area.slice(1).join(SPACE) : national;
}
