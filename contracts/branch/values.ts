/** The small words of a branch document: durations, numbers, hours, destinations. Pure text to value. */

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of '15s', '1.5m' or '1h'; undefined when it is not a duration. */
export function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text.trim());
  if (!match) return undefined;
  return Math.round(Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]);
}

/** '+8657186001000' of '+86 571 8600 1000' (ITU-T E.164: a plus and 7 to 15 digits); undefined otherwise. */
export function e164(text: string): string | undefined {
  const bare = text.replace(/[\s\-().]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(bare) ? bare : undefined;
}

export interface NumberRange {
  readonly first: string;
  readonly last: string;
}

/** A number, or a block of numbers written '+86 571 8600 1000..1029'. */
export function numberRange(text: string): NumberRange | undefined {
  const [from = '', to, ...more] = text.split('..');
  const first = e164(from);
  if (!first || more.length > 0) return undefined;
  if (to === undefined) return { first, last: first };
  const tail = to.replace(/[\s\-().]/g, '');
  if (!/^\d+$/.test(tail) || tail.length >= first.length) return undefined;
  const last = first.slice(0, first.length - tail.length) + tail;
  return last >= first ? { first, last } : undefined;
}

const MOST_SLOTS = 100;

/** The extensions of '8701..8709': 2 to 6 digits, as long as one another, 100 at most. */
export function slotRange(text: string): readonly string[] | undefined {
  const match = /^(\d{2,6})\.\.(\d{2,6})$/.exec(text.trim());
  const [, first = '', last = ''] = match ?? [];
  const count = Number(last) - Number(first) + 1;
  if (!match || first.length !== last.length || count < 1 || count > MOST_SLOTS) return undefined;
  return Array.from({ length: count }, (_, i) => String(Number(first) + i).padStart(first.length, '0'));
}

export function inRange(number: string, range: NumberRange): boolean {
  return number.length === range.first.length && number >= range.first && number <= range.last;
}

export type Destination =
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'flow'; readonly name: string }
  | { readonly kind: 'extension'; readonly name: string }
  | { readonly kind: 'voicemail'; readonly name: string }
  /** He is called back by the agents of a queue. */
  | { readonly kind: 'callback'; readonly name: string }
  | { readonly kind: 'outside'; readonly number: string }
  | { readonly kind: 'hang-up' };

const NAMED_KINDS = ['queue', 'flow', 'extension', 'voicemail', 'callback'] as const;

/** 'queue sales', 'flow welcome', 'extension 8001', 'voicemail shop', 'callback sales', 'outside +86 571 8600 2000' or 'hang-up'. */
export function destination(text: string): Destination | undefined {
  const [word = '', ...rest] = text.trim().split(/\s+/);
  if (word === 'hang-up') return rest.length === 0 ? { kind: 'hang-up' } : undefined;
  if (word === 'outside') {
    const number = e164(rest.join(''));
    return number === undefined ? undefined : { kind: 'outside', number };
  }
  const kind = NAMED_KINDS.find((candidate) => candidate === word);
  const [name] = rest;
  return kind !== undefined && name !== undefined && rest.length === 1 ? { kind, name } : undefined;
}

/** The same in words, for the ledger. */
export function destinationText(to: Destination): string {
  switch (to.kind) {
    case 'hang-up':
      return to.kind;
    case 'outside':
      return `outside ${to.number}`;
    default:
      return `${to.kind} ${to.name}`;
  }
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** The days of 'mon', 'mon-fri' or 'sat-sun', as indexes from Monday = 0. */
export function dayRange(text: string): readonly number[] | undefined {
  const [a = '', b = a, ...more] = text.split('-');
  const from = WEEKDAYS.indexOf(a as Weekday);
  const to = WEEKDAYS.indexOf(b as Weekday);
  if (from < 0 || to < from || more.length > 0) return undefined;
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

export interface MinuteRange {
  /** Minutes since midnight in the branch's zone, from (inclusive) and to (exclusive, up to 1440). */
  readonly from: number;
  readonly to: number;
}

/** '09:00-18:00' as minutes of the day. */
export function minuteRange(text: string): MinuteRange | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text.trim());
  if (!match) return undefined;
  const from = Number(match[1]) * 60 + Number(match[2]);
  const to = Number(match[3]) * 60 + Number(match[4]);
  return to > from && to <= 1440 ? { from, to } : undefined;
}

/** Minutes since midnight of '03:30'. */
export function minuteOfDay(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}

/** '2027-01-01' or '2027-02-05..2027-02-12', as inclusive ISO dates. */
export function dateRange(text: string): { readonly from: string; readonly to: string } | undefined {
  const [from = '', to = from, ...more] = text.split('..');
  const isDate = (day: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  return isDate(from) && isDate(to) && to >= from && more.length === 0 ? { from, to } : undefined;
}

export interface SocketAddress {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** '10.20.0.11' or '10.20.0.11:5070'; IPv4 only, as gateways are found by address and never by a name (a dead name service must not stop a call). */
export function socketAddress(text: string, defaultPort: number): SocketAddress | undefined {
  const match = /^((?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d))(?::(\d{1,5}))?$/.exec(
    text.trim(),
  );
  if (!match) return undefined;
  const port = match[2] === undefined ? defaultPort : Number(match[2]);
  return port >= 1 && port <= 65_535 ? { host: match[1] ?? '', port } : undefined;
}
