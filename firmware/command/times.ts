/** Moments as a person at the branch reads and writes them. */

/** '2026-01-05 10:00:00' by a zone's clock. `at` in ms since 1970. */
export function momentIn(timezone: string, at: number): string {
  return formatter(timezone).format(at);
}

/** When a day begins by a zone's clock, ms since 1970; undefined for what is no day. */
export function midnight(timezone: string, day: string): number | undefined {
  const asUtc = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (Number.isNaN(asUtc) || new Date(asUtc).toISOString().slice(0, 10) !== day) return undefined;
  const offset = (at: number): number => Date.parse(`${momentIn(timezone, at).replace(' ', 'T')}Z`) - at;
  return asUtc - offset(asUtc - offset(asUtc));
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  formatters.set(timeZone, made);
  return made;
}
