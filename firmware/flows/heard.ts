/** Prompts as a caller hears them: in his language, with the values of his variables. Pure. */
import type { Prompt } from '@branchline/contracts/branch/flows/model';
import type { Language } from '@branchline/contracts/branch/model';
import type { FlowContext } from './context.ts';

export type Heard =
  /** The branch's own language when left out. */
  | { readonly kind: 'prompt'; readonly name: string; readonly language?: Language }
  | { readonly kind: 'tone'; readonly name: 'beep' | 'ringback' | 'busy' }
  /** A message that was left. */
  | { readonly kind: 'message'; readonly box: string; readonly message: string }
  | { readonly kind: 'say'; readonly language: Language; readonly parts: readonly SpokenPart[] };

/** A text stands in the document, so that it was spoken into a file beforehand; a value is known only now. */
export type SpokenPart = { readonly text: string } | { readonly value: string };

export function heard(prompt: Prompt, context: FlowContext): Heard {
  const { language } = context;
  if (prompt.kind === 'tone') return prompt;
  if (prompt.kind === 'prompt') return { ...prompt, language };
  return { kind: 'say', language, parts: spokenParts(prompt.text[language], context) };
}

export function spokenParts(text: string, { variables }: Pick<FlowContext, 'variables'>): SpokenPart[] {
  return text.split(/(\{[a-z][a-z0-9-]*\})/).flatMap((piece): SpokenPart[] => {
    if (piece.startsWith('{')) {
      const value = variables[piece.slice(1, -1)] ?? '';
      return value === '' ? [] : [{ value }];
    }
    // A lone full stop between two values is nothing to be spoken.
    return /[\p{L}\p{N}]/u.test(piece) ? [{ text: piece.trim() }] : [];
  });
}

/** What the ledger says was heard: never a caller's values. */
export function heardName(prompt: Prompt, { language }: FlowContext): string {
  return prompt.kind === 'say' ? prompt.text[language].slice(0, 80) : prompt.name;
}
