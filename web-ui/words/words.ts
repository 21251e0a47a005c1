/** The types of the catalogues: what a key may be, and that both languages have the same ones. */
import type { en } from './en.ts';

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
export type Words = Texts<typeof en>;

type Singular<K extends string> = K extends `${infer Stem}_${'zero' | 'one' | 'other'}` ? Stem : K;
type Paths<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${Singular<K>}` : Paths<T[K], `${P}${K}.`>;
}[keyof T & string];

/** A key of the catalogues, dotted; one that counts stands without its _one or _other. */
export type Key = Paths<Words>;

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language to begin with: what was chosen before, else the browser's first that we speak, else Chinese. */
export function firstLanguage(stored: string | null, preferred: readonly string[]): Language {
  const known = [stored ?? '', ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  return LANGUAGES.find((language) => language === known.find((tag) => tag === 'zh' || tag === 'en')) ?? 'zh';
}
