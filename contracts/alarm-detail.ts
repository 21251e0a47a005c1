/**
 * The detail of an alarm as it is sent and kept: names, figures and what others said stand as they are; whatever is said in a language
 * is a code in braces, `{no-answer-within|15000}`, which is put into words where it is read. `{both|…|…}` brings its words along, the Chinese first.
 */
import type { Language } from './branch/model.ts';
import { wordsOf, type DetailCode } from './alarm-detail-words.ts';

export type { DetailCode } from './alarm-detail-words.ts';

const CODED = /\{([\w.-]+)((?:\|[^{}]*)?)\}/g;
const RESERVED: Readonly<Record<string, string>> = { '{': '(', '}': ')', '|': '/' };

const plain = (value: string | number): string =>
  String(value).replace(/[{|}]/g, (sign) => RESERVED[sign] ?? '');

/** @param values what the words of the code have places for; a brace or bar in them becomes another sign */
export const coded = (code: DetailCode, ...values: readonly (string | number)[]): string =>
  `{${[code, ...values.map(plain)].join('|')}}`;

/** For what only its source can put into words: it does so in both languages. */
export const both = ({ zh, en }: Readonly<Record<Language, string>>): string =>
  `{both|${plain(zh)}|${plain(en)}}`;

/** A code that is not known, of a newer box, is shown as it came. */
export const detailText = (detail: string, language: Language): string =>
  detail.replace(CODED, (all, code: string, rest: string) => {
    const values = rest === '' ? [] : rest.slice(1).split('|');
    if (code === 'both') return values[language === 'zh' ? 0 : 1] ?? all;
    const words = wordsOf(code)?.[language];
    return words?.replace(/\{(\d)\}/g, (_, place: string) => values[Number(place)] ?? '?') ?? all;
  });

/** An error whose reason is shown to people: `message` is in English, for the log. */
export class CodedError extends Error {
  readonly said: string;

  /** @param said as `coded` or `both` make it */
  constructor(said: string, options?: ErrorOptions) {
    super(detailText(said, 'en'), options);
    this.said = said;
  }
}

/** Why something failed, as the detail of an alarm. What the machine or another program said stands as it said it. */
export function saidOf(error: unknown): string {
  if (error instanceof CodedError) return error.said;
  if (!(error instanceof Error)) return plain(String(error));
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return coded('timed-out');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return plain(code === undefined || error.message.includes(code) ? error.message : code);
}
