/** The quarter of the year, as an auditor counts: '2026-4'. */
export function quarterOf(ms: number): string {
  const at = new Date(ms);
  return `${at.getUTCFullYear()}-${Math.floor(at.getUTCMonth() / 3) + 1}`;
}
