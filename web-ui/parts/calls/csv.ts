/** A call list as CSV (RFC 4180), for a spreadsheet. Pure. */
import type { CallSummary } from '@branchline/contracts/call-story';

type Row = CallSummary & { readonly box?: string };

const COLUMNS: readonly (readonly [string, (call: Row) => string | number | null])[] = [
  ['box', (call) => call.box ?? ''],
  ['call', (call) => call.id],
  ['started', (call) => call.startedAt],
  ['answered', (call) => call.answeredAt],
  ['ended', (call) => call.endedAt],
  ['direction', (call) => call.direction],
  ['from', (call) => call.from.id],
  ['dialled', (call) => call.dialled],
  ['trunk', (call) => call.trunk],
  ['queue', (call) => call.queue],
  ['answered_by', (call) => call.answeredBy.map((party) => party.id).join(' ')],
  ['wait_s', (call) => (call.waitMs === null ? null : call.waitMs / 1000)],
  ['talk_s', (call) => call.talkMs / 1000],
  ['outcome', (call) => call.outcome],
  ['recording', (call) => call.recording],
];

export function csvOf(calls: readonly Row[]): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...calls.map((call) => COLUMNS.map(([, cell]) => quoted(cell(call)))),
  ];
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

/** A spreadsheet runs what begins with one of these; a telephone number's plus is harmless and must stay. */
const FORMULA = /^[=@\-\t\r]|^\+(?!\d+$)/;

function quoted(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
