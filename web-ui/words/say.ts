/** A sentence before it has a language: a key with what fills its holes. Pure functions return these; the pages speak them. */
import type { LocalText } from '@branchline/contracts/branch/model';
import type { Key } from './words.ts';

export type Hole =
  | string
  | number
  /** A moment, told in the branch's zone. ISO 8601. */
  | { readonly at: string }
  /** A stretch of time in ms, rounded to what a person would say. */
  | { readonly span: number }
  /** A stretch of time in ms, exact to the second: 1:47. */
  | { readonly watch: number }
  | { readonly text: LocalText }
  | { readonly list: readonly Hole[] }
  | { readonly say: Say };

export interface Say {
  readonly key: Key;
  /** `count` also chooses between the forms of a key that counts. */
  readonly holes?: Readonly<Record<string, Hole>>;
}

export const say = (key: Key, holes?: Readonly<Record<string, Hole>>): Say =>
  holes ? { key, holes } : { key };
