/** The small words of a flow: variables, texts with variables in them, callers, paths into an answer. Pure text to value. */
import { destination, e164, type Destination } from '../values.ts';

/** What every flow knows without having asked: who calls, what he dialled, the entry of `numbers` he reached. */
export const GIVEN_VARIABLES = ['caller', 'dialled', 'number'] as const;

/** More would be a database, not a call. */
export const MOST_VARIABLES = 32;
/** Characters of one variable; what is longer is cut. */
export const LONGEST_VALUE = 200;

const VARIABLE = /^[a-z][a-z0-9-]{0,29}$/;
export const variableName = (text: string): string | undefined => (VARIABLE.test(text) ? text : undefined);

export type TextPart = { readonly text: string } | { readonly variable: string };

/** The pieces of '您的号码是 {account}'; undefined when a brace is left open or holds no variable's name. */
export function textParts(text: string): readonly TextPart[] | undefined {
  const parts: TextPart[] = [];
  for (const piece of text.split(/(\{[^{}]*\})/)) {
    if (piece === '') continue;
    if (!/[{}]/.test(piece)) parts.push({ text: piece });
    else if (VARIABLE.test(piece.slice(1, -1)) && piece.startsWith('{'))
      parts.push({ variable: piece.slice(1, -1) });
    else return undefined;
  }
  return parts;
}

export const variablesIn = (text: string): string[] =>
  (textParts(text) ?? []).flatMap((part) => ('variable' in part ? [part.variable] : []));

export type CallerPattern =
  { readonly number: string } | { readonly prefix: string } | { readonly anonymous: true };

/** A number '+86 139 0000 0001', the beginning of one '+86 571*', or 'anonymous'. */
export function callerPattern(text: string): CallerPattern | undefined {
  if (text.trim() === 'anonymous') return { anonymous: true };
  const bare = text.replace(/[\s\-().]/g, '');
  if (/^\+[1-9]\d{0,13}\*$/.test(bare)) return { prefix: bare.slice(0, -1) };
  if (/^\d{2,6}$/.test(bare)) return { number: bare };
  const number = e164(text);
  return number === undefined ? undefined : { number };
}

/** 'customer.levels.0' as its steps: names of fields, or places in a list from 0. */
export function answerPath(text: string): readonly string[] | undefined {
  const steps = text.split('.');
  return steps.every((step) => /^[\w-]{1,60}$/.test(step)) && steps.length <= 8 ? steps : undefined;
}

/** An address that may hold variables after its host: 'https://crm.example/customer?number={caller}'. */
export function lookUpAddress(text: string): string | undefined {
  if (textParts(text) === undefined) return undefined;
  const match = /^https?:\/\/([^/?#{}@]+)(\/[^\s]*)?(\?[^\s]*)?$/.exec(text);
  if (!match) return undefined;
  return URL.canParse(text.replace(/\{[^{}]*\}/g, '0')) ? text : undefined;
}

/** Where a step leads: a destination, or 'next', the step after the one it is written in. */
export const wayTarget = (text: string): Destination | 'next' | undefined =>
  text.trim() === 'next' ? 'next' : destination(text);

/** The digits of '1-5' or '1, 2, 3': one key each. */
export function answerDigits(text: string): readonly string[] | undefined {
  const range = /^([0-9])-([0-9])$/.exec(text.trim());
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    return to > from ? Array.from({ length: to - from + 1 }, (_, i) => String(from + i)) : undefined;
  }
  const keys = text.split(',').map((key) => key.trim());
  return keys.every((key) => /^[0-9*#]$/.test(key)) && new Set(keys).size === keys.length ? keys : undefined;
}

/** 'mail.example:587': a host and a port; port 587 (RFC 6409, submission) when left out. */
export function mailServer(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?$/i.exec(text.trim());
  const port = Number(match?.[2] ?? 587);
  return match && port >= 1 && port <= 65_535 ? { host: match[1] ?? '', port } : undefined;
}
