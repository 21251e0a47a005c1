/** One talk with a console over any stream of bytes: the machine of dialogue.ts with a clock and a wire. */
import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { ConsoleModel } from '../model.ts';
import { NEW_DIALOGUE, step, type Dialogue, type DialogueEffect, type DialogueEvent } from './dialogue.ts';
import { ConsoleText } from './text.ts';

export interface TalkOptions {
  readonly model: ConsoleModel;
  readonly user: string;
  readonly password: string;
  readonly clock: Clock;
  /** How long a console may be silent before it is given up, or woken once more, ms. */
  readonly patienceMs: number;
  /** The whole talk, ms: a console that dribbles never falls silent. */
  readonly longestMs: number;
}

export class TalkFailed extends Error {
  override readonly name = 'TalkFailed';
}

/** What was answered to each command of the model. @throws TalkFailed with the reason in a few words. */
export function talk(stream: Duplex, options: TalkOptions, signal: AbortSignal): Promise<readonly string[]> {
  const { model, clock, patienceMs, longestMs } = options;
  return new Promise((resolve, reject) => {
    const text = new ConsoleText();
    let state: Dialogue = NEW_DIALOGUE;
    let patience: Timer | undefined;
    const end = (settle: () => void): void => {
      patience?.cancel();
      whole.cancel();
      signal.removeEventListener('abort', onAbort);
      stream.off('data', onData).off('close', onClosed).off('end', onClosed);
      settle();
    };
    const perform = (effect: DialogueEffect): void => {
      switch (effect.do) {
        case 'send':
          return void stream.write(effect.text);
        case 'send-user':
          return void stream.write(options.user + model.newline);
        case 'send-password':
          return void stream.write(options.password + model.newline);
        case 'answered':
          if (effect.leave !== undefined) stream.write(effect.leave);
          return end(() => resolve(effect.answers));
        case 'failed':
          return end(() => reject(new TalkFailed(effect.why)));
      }
    };
    const happen = (event: DialogueEvent): void => {
      const next = step(model, state, event);
      state = next.state;
      if (state.at !== 'over') {
        patience?.cancel();
        patience = clock.after(patienceMs, () => happen({ type: 'silence' }));
      }
      next.effects.forEach(perform);
    };
    const onData = (bytes: Uint8Array): void => happen({ type: 'text', text: text.push(bytes) });
    const onClosed = (): void => happen({ type: 'closed' });
    const onAbort = (): void => end(() => reject(new TalkFailed('the watch has ended')));
    const whole = clock.after(longestMs, () =>
      end(() => reject(new TalkFailed('the console takes too long'))),
    );
    signal.addEventListener('abort', onAbort);
    stream.on('data', onData).on('close', onClosed).on('end', onClosed);
    if (signal.aborted) onAbort();
    else happen({ type: 'opened' });
  });
}
