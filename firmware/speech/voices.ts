/** Which voice speaks a language, and how a value is read out. Pure. */
import { createHash } from 'node:crypto';
import type { Language } from '@branchline/contracts/branch/model';

/** Debian's package. */
export const SPEECH_PACKAGE = 'espeak-ng';

/**
 * Mandarin by the voice that takes latin letters for pinyin: up to espeak-ng 1.51 (Debian 12) the plain one reads
 * characters as English letters.
 */
export const VOICES: Readonly<Record<Language, string>> = { zh: 'cmn-latn-pinyin', en: 'en-gb' };

/** Words a minute: slow enough for a bad line. */
const PACE: Readonly<Record<Language, number>> = { zh: 150, en: 145 };

/** The text is given on standard input, so that no text can be taken for an option. */
export const speechArguments = (language: Language): string[] => [
  '-v',
  VOICES[language],
  '-s',
  String(PACE[language]),
  '-b',
  '1',
  '--stdout',
];

/** Another name for another text, voice or engine: what was made before is never mistaken for it. */
export function speechName(text: string, language: Language, engine: string): string {
  const told = JSON.stringify([text, VOICES[language], PACE[language], engine]);
  return createHash('sha256').update(told).digest('hex').slice(0, 32);
}

/** On the telephone a Chinese one is yāo, so that it is not heard as seven. */
const DIGITS: Readonly<Record<Language, string>> = { zh: '零幺二三四五六七八九', en: '0123456789' };

/** A number is read digit by digit, each from a piece that lies ready; any other value is one text, spoken when it is known. */
export function pieces(value: string, language: Language): readonly string[] {
  if (!/^\+?[\d ]+$/.test(value)) return [value];
  return Array.from(value.replace(/\D/g, ''), (sign) => DIGITS[language][Number(sign)] ?? sign);
}

export const digitPieces = (language: Language): readonly string[] => Array.from(DIGITS[language]);
