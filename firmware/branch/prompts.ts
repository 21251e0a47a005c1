/** Which sound a prompt's name means: the branch's own file in its language, or one that the engine brings. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Language, Prompt } from '@branchline/contracts/branch/model';

export type Sound = `sound:${string}` | `tone:${string}`;

const KINDS = ['wav', 'alaw', 'ulaw', 'gsm', 'sln'];
const TONES = { beep: 'sound:beep', ringback: 'tone:ring', busy: 'tone:busy' } as const;

/**
 * @param promptsDir where the files lie on this machine, a folder a language
 * @param inside the same folder as the engine sees it
 */
export function promptFinder(
  promptsDir: string,
  inside: string,
  language: Language,
): (prompt: Prompt) => Sound {
  return (prompt) => {
    if (prompt.kind === 'tone') return TONES[prompt.name];
    const own = KINDS.some((kind) => existsSync(join(promptsDir, language, `${prompt.name}.${kind}`)));
    return own ? `sound:${inside}/${language}/${prompt.name}` : `sound:${prompt.name}`;
  };
}
