/** What the audit log is asked for, from the address of the page. What does not fit is left out. Pure. */
import { auditQuery } from '@branchline/contracts/http/fleet-documents';

export const FIELDS = ['box', 'who', 'action', 'from', 'to'] as const;
export type Field = (typeof FIELDS)[number];
export type Asked = { readonly [F in Field]?: string };

export function askedFrom(search: URLSearchParams): Asked & { before?: number } {
  const found: Partial<Record<Field, string>> = {};
  for (const field of FIELDS) {
    const value = search.get(field);
    if (value && auditQuery.shape[field].safeParse(value).success) found[field] = value;
  }
  const before = Number(search.get('before'));
  return Number.isSafeInteger(before) && before > 0 ? { ...found, before } : found;
}

/** Another filter begins again at the newest entry. */
export function searchWith(asked: Asked, field: Field, value: string): URLSearchParams {
  const next = { ...asked, [field]: value };
  return new URLSearchParams(FIELDS.flatMap((each) => (next[each] ? [[each, next[each]]] : [])));
}

/** The beginning of a day of this browser's calendar, ISO 8601; '' for none. `to` means the end of the day. */
export function dayStart(day: string, addDays = 0): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return '';
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + addDays).toISOString();
}

/** The day of a moment as `<input type="date">` wants it. */
export function dayOf(iso: string | undefined, addDays = 0): string {
  if (iso === undefined) return '';
  const at = new Date(iso);
  const day = new Date(at.getFullYear(), at.getMonth(), at.getDate() + addDays);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
