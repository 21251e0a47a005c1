/** From what a device said to what its line is worth, by the rules of the model's file. Pure. */

export interface Judgement {
  readonly state: 'good' | 'bad' | 'unclear';
  readonly what: string;
  readonly blockedChannels?: number;
  readonly detail?: string;
}

/** One thing of a device as it is now: fields by name, all as text. */
export type Row = Readonly<Record<string, string>>;

/** The first rule that fits a row speaks. */
export interface RowRule {
  readonly field: string;
  /** The field has this form. */
  readonly is?: RegExp;
  /** The field is a number whose size, without its sign, is less than this. */
  readonly below?: number;
  /** `blocked`: one channel of a line that is well otherwise. */
  readonly state: 'good' | 'bad' | 'blocked';
  readonly what: string;
}

/** Of a row that names no line. */
export const ONLY_LINE = '1';

/** Long enough for any name a device gives; the rest is cut off. */
const LONGEST_NAME = 40;

export function judgeRow(
  row: Row,
  rules: readonly RowRule[],
): Judgement | { readonly state: 'blocked'; readonly what: string } {
  const rule = rules.find((candidate) => fits(candidate, row[candidate.field]));
  if (rule) return { state: rule.state, what: rule.what };
  const seen = [...new Set(rules.map(({ field }) => field))].map(
    (field) => `${field} '${shortened(row[field] ?? '')}'`,
  );
  return { state: 'unclear', what: `not known: ${seen.join(', ')}` };
}

function fits({ is, below }: RowRule, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (is && !is.test(value)) return false;
  if (below === undefined) return true;
  const size = Math.abs(Number(value));
  return value.trim() !== '' && Number.isFinite(size) && size < below;
}

/** Rows of one line, or of several channels of it, as one judgement a line. Rows without a field `line` are of line 1. */
export function judgeRows(
  rows: readonly Row[],
  rules: readonly RowRule[],
): Readonly<Record<string, Judgement>> {
  const byLine = new Map<string, Row[]>();
  for (const row of rows) {
    const line = shortened(row['line'] ?? ONLY_LINE) || ONLY_LINE;
    byLine.set(line, [...(byLine.get(line) ?? []), row]);
  }
  return Object.fromEntries(
    [...byLine].map(([line, own]) => [line, together(own.map((row) => judgeRow(row, rules)))]),
  );
}

function together(judged: readonly ReturnType<typeof judgeRow>[]): Judgement {
  const of = (state: string) => judged.filter((one) => one.state === state);
  const blocked = of('blocked');
  if (of('bad').length > 0) return { state: 'bad', what: words(of('bad')) };
  if (blocked.length > 0 && blocked.length === judged.length) return { state: 'bad', what: words(blocked) };
  if (of('unclear').length > 0) return { state: 'unclear', what: words(of('unclear')) };
  const count = blocked.length > 0 ? { blockedChannels: blocked.length } : {};
  return { state: 'good', what: words(of('good')), ...count };
}

/** A line without a signal has no frame either, and no D-channel: the first cause is what a person looks for. */
const CAUSES = ['LOS', 'LOF', 'AIS', 'RAI'];
const rank = (what: string): number => {
  const at = CAUSES.indexOf(what);
  return at < 0 ? CAUSES.length : at;
};

/** Causes before what follows from them; otherwise as they were said. */
export const byCause = (faults: readonly string[]): readonly string[] =>
  [...faults].sort((a, b) => rank(a) - rank(b));

/** Each thing once, causes first; four at most. */
export const words = (judged: readonly { readonly what: string }[]): string =>
  byCause([...new Set(judged.map(({ what }) => what))])
    .slice(0, 4)
    .join(', ');

/** A text as rows: every line of it that has the form, by the form's named groups. Lines beyond 512 characters are no rows. */
export function textRows(text: string, form: RegExp): readonly Row[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const groups = line.length <= LONGEST_ROW ? form.exec(line)?.groups : undefined;
    return groups ? [definedOf(groups)] : [];
  });
}

const LONGEST_ROW = 512;

/** The list at `path` ('' for the whole, 'a.b' for what is inside) as rows; undefined where there is no list. */
export function jsonRows(value: unknown, path: string): readonly Row[] | undefined {
  const keys = path === '' ? [] : path.split('.');
  const found = keys.reduce<unknown>(
    (at, key) => (isMapping(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    value,
  );
  return Array.isArray(found) ? found.filter(isMapping).map(asRow) : undefined;
}

/** Under the names that the model's rules use. */
export const renamed = (row: Row, names: Readonly<Record<string, string>>): Row => ({
  ...row,
  ...definedOf(Object.fromEntries(Object.entries(names).map(([to, from]) => [to, row[from]]))),
});

const asRow = (value: Record<string, unknown>): Row =>
  definedOf(
    Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        key,
        ['string', 'number', 'boolean'].includes(typeof entry) ? String(entry) : undefined,
      ]),
    ),
  );

const definedOf = (fields: Readonly<Record<string, string | undefined>>): Row =>
  Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shortened = (text: string): string => {
  const plain = text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '').trim();
  return plain.length > LONGEST_NAME ? `${plain.slice(0, LONGEST_NAME)}…` : plain;
};
