/** The zone of a branch, from its document as the box reported it; undefined when the document tells none. Pure. */
export function zoneOfDocument(document: unknown): string | undefined {
  const site = (document as { site?: { timezone?: unknown } | null } | null | undefined)?.site;
  return knownZone(site?.timezone);
}

/** A zone that this browser knows, or undefined: then its own is used. */
export function knownZone(zone: unknown): string | undefined {
  if (typeof zone !== 'string') return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
}
