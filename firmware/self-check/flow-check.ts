/** One flow, as a caller would hear it who calls now and presses nothing: what it plays is played to a call of the box's own, and listened to. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { Media } from '../engine/port.ts';
import { newContext } from '../flows/context.ts';
import type { Heard } from '../flows/heard.ts';
import { tryFlow } from '../flows/trial.ts';
import type { OwnCalls } from './own-calls.ts';
import { failed, passed, type Verdict } from './verdict.ts';

export interface FlowCheckDeps {
  readonly calls: Pick<OwnCalls, 'during' | 'hearing'>;
  readonly soundsOf: (prompts: readonly Heard[]) => readonly Media[] | Promise<readonly Media[]>;
  /** Whether there is anything to hear in 16-bit samples at 8 kHz. */
  readonly isHeard: (sound: Buffer) => boolean;
}

/** A caller who presses nothing hears the same again and again: so many different prompts are enough. */
const MOST_PROMPTS = 6;
/** Of a flow that no number leads to by itself. */
const NO_NUMBER = '0';

export async function checkFlow(
  branch: Branch,
  flow: string,
  now: number,
  signal: AbortSignal,
  { calls, soundsOf, isHeard }: FlowCheckDeps,
): Promise<Verdict> {
  const { number, dialled } = numberOf(branch, flow);
  const context = newContext(branch, { caller: 'anonymous', dialled, number });
  const lines = tryFlow(branch, flow, { context, at: now, presses: [], answers: [] });
  const stray = lines.find((line) => line.do === 'lost' || line.do === 'stuck');
  if (stray) return failed('leads-nowhere', stray.do === 'lost' ? stray.flow : undefined);
  const prompts = promptsOf(lines.flatMap((line) => (line.do === 'play' ? line.prompts : [])));
  return calls.during(dialled, signal, async (call) => {
    for (const prompt of prompts) {
      const media = await soundsOf([prompt]);
      if (media.length === 0 && isNothing(prompt)) continue;
      if (media.length === 0) return failed('no-sound-file', nameOf(prompt));
      const sound = await calls.hearing(call, media, signal);
      // A signal tone may be shorter than what is taken for sound.
      if (prompt.kind !== 'tone' && !isHeard(sound)) return failed('silent', nameOf(prompt));
    }
    return passed(String(prompts.length));
  });
}

function numberOf({ numbers }: Branch, flow: string): { readonly number: string; readonly dialled: string } {
  const leading = Object.values(numbers).find(({ to, otherwise }) =>
    [to, otherwise].some((place) => place?.kind === 'flow' && place.name === flow),
  );
  return leading ? { number: leading.name, dialled: leading.number } : { number: '', dialled: NO_NUMBER };
}

/** Each once. */
const promptsOf = (prompts: readonly Heard[]): readonly Heard[] =>
  [...new Map(prompts.map((prompt) => [JSON.stringify(prompt), prompt])).values()].slice(0, MOST_PROMPTS);

/** Values that this caller does not have. */
const isNothing = (prompt: Heard): boolean =>
  prompt.kind === 'say' && !prompt.parts.some((part) => 'text' in part);

function nameOf(prompt: Heard): string {
  switch (prompt.kind) {
    case 'tone':
    case 'prompt':
      return prompt.name;
    case 'message':
      return prompt.message;
    case 'say':
      return prompt.parts.map((part) => ('text' in part ? part.text : part.value)).join(' ');
  }
}
