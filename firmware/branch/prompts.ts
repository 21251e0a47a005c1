/** Which sounds a prompt means: the branch's own file in the caller's language, one that the engine brings, or speech. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '@branchline/contracts/branch/model';
import type { Heard, SpokenPart } from '../flows/heard.ts';

export type Sound = `sound:${string}` | `tone:${string}`;

export interface Speech {
  /** Name of the file, when it lies ready. */
  ready(saying: { text: string; language: Language }): string | undefined;
  /** Spoken now, within a time a caller may wait. */
  now(saying: { text: string; language: Language }): Promise<string | undefined>;
}

export interface PromptPlaces {
  /** Where the files lie on this machine, a folder a language. */
  readonly promptsDir: string;
  /** The same folder as the engine sees it. */
  readonly inside: string;
  /** Where spoken texts lie, as the engine sees it. */
  readonly speechInside: string;
  /** Where messages lie, a folder a box, as the engine sees it. */
  readonly messagesInside: string;
  /** How a value is read out, as texts. */
  readonly pieces: (value: string, language: Language) => readonly string[];
  readonly speech: Speech;
  /** Of prompts that do not say. */
  readonly language: () => Language;
}

const KINDS = ['wav', 'alaw', 'ulaw', 'gsm', 'sln'];
const TONES = { beep: 'sound:beep', ringback: 'tone:ring', busy: 'tone:busy' } as const;

/** What cannot be spoken is left out: a caller hears the rest, and the flow goes on. */
export function soundFinder(places: PromptPlaces): (prompts: readonly Heard[]) => Sound[] | Promise<Sound[]> {
  return (prompts) => {
    const found = prompts.flatMap((prompt) => soundsOf(prompt, places));
    const ready = found.filter((sound) => typeof sound === 'string');
    return ready.length === found.length ? ready : allMade(found);
  };
}

async function allMade(found: readonly Made[]): Promise<Sound[]> {
  const made = await Promise.all(found.map(async (sound) => sound));
  return made.flatMap((sound) => sound ?? []);
}

type Made = Sound | Promise<Sound | undefined>;

function soundsOf(prompt: Heard, places: PromptPlaces): Made[] {
  if (prompt.kind === 'tone') return [TONES[prompt.name]];
  if (prompt.kind === 'message') return [`sound:${places.messagesInside}/${prompt.box}/${prompt.message}`];
  if (prompt.kind === 'say') {
    const texts = prompt.parts.flatMap((part) => textsOf(part, prompt.language, places));
    return texts.map((text) => spoken(text, prompt.language, places));
  }
  const { promptsDir, inside } = places;
  const language = prompt.language ?? places.language();
  const own = KINDS.some((kind) => existsSync(join(promptsDir, language, `${prompt.name}.${kind}`)));
  return [own ? `sound:${inside}/${language}/${prompt.name}` : `sound:${prompt.name}`];
}

const textsOf = (part: SpokenPart, language: Language, { pieces }: PromptPlaces): readonly string[] =>
  'text' in part ? [part.text] : pieces(part.value, language);

function spoken(text: string, language: Language, { speech, speechInside }: PromptPlaces): Made {
  const sound = (name: string): Sound => `sound:${speechInside}/${name}`;
  const ready = speech.ready({ text, language });
  if (ready !== undefined) return sound(ready);
  return speech.now({ text, language }).then((name) => (name === undefined ? undefined : sound(name)));
}
