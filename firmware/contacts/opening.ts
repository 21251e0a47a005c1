/** A contact that says whether something is open: the case of the box, a door. `(state, open, now) -> (state, what follows)`. Pure. */

export interface Opening {
  readonly open: boolean;
  /** Since when, ms by a clock that does not jump. */
  readonly at: number;
  readonly alarmed: boolean;
}

export interface OpeningRules {
  readonly role: 'tamper' | 'door';
  /** A door is an alarm when it has stood open for so long. */
  readonly openForMs: number;
}

export interface OpeningStep {
  readonly state: Opening;
  /** It was the other before, for so long. */
  readonly changed?: { readonly lastedMs: number };
  readonly alarm?: 'raise' | 'clear';
}

/** Whoever opens a case closes it again: the alarm stays for so long, so that people are told of it. */
export const TAMPER_STAYS_MS = 600_000;

/** The first that is known of it. */
export function firstSeen(open: boolean, now: number, rules: OpeningRules): OpeningStep {
  const state = { open, at: now, alarmed: false };
  return open ? openingStep(state, open, now, rules) : { state, alarm: 'clear' };
}

export function openingStep(before: Opening, open: boolean, now: number, rules: OpeningRules): OpeningStep {
  const changed = open === before.open ? {} : { changed: { lastedMs: now - before.at } };
  const state = open === before.open ? before : { ...before, open, at: now };
  const due = openingDue(state, rules);
  if (due === undefined || now < due) return { state, ...changed };
  const alarmed = open;
  return { state: { ...state, alarmed }, ...changed, alarm: alarmed ? 'raise' : 'clear' };
}

/** When its alarm is to be raised or cleared if it stays as it is. */
export function openingDue({ open, at, alarmed }: Opening, rules: OpeningRules): number | undefined {
  if (open === alarmed) return undefined;
  const tamper = rules.role === 'tamper';
  if (open) return at + (tamper ? 0 : rules.openForMs);
  return at + (tamper ? TAMPER_STAYS_MS : 0);
}
