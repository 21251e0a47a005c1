/** What the branch says and keeps of what is said to it: texts spoken, prompts found, messages. */
import { dirname, join } from 'node:path';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { soundFinder } from './branch/prompts.ts';
import type { CallService, CallServiceDeps } from './calls/service.ts';
import { messageFile, type Engine } from './engine/port.ts';
import { INSIDE } from './engine/settings.ts';
import { BUILT_IN_PROMPTS } from './flows/built-in.ts';
import type { Keeping } from './keeping.ts';
import type { Mailer } from './mailer.ts';
import { wavHeader } from './recording/wav.ts';
import { Speaker } from './speech/speaker.ts';
import { pieces, SPEECH_PACKAGE } from './speech/voices.ts';
import { LISTEN_PROMPTS } from './voicemail/listening.ts';
import { Voicemail } from './voicemail/voicemail.ts';

/** Beneath the engine's spool, where both it and this service may be. */
export const SPEECH = 'speech';
const MESSAGES = 'voicemail';

/** What the box says itself, beside what the document says. */
export const OWN_PROMPTS = [...LISTEN_PROMPTS, ...BUILT_IN_PROMPTS];

export const makeSounds = ({ settings, documents }: Around, speech: Speaker): CallServiceDeps['soundsOf'] =>
  soundFinder({
    promptsDir: settings.promptsDir,
    inside: INSIDE.prompts,
    speechInside: join(INSIDE.spool, SPEECH),
    messagesInside: join(INSIDE.spool, MESSAGES),
    pieces,
    speech,
    language: () => documents.branch.site.language,
  });

export function makeVoicemail(
  around: Around,
  keeping: Keeping,
  lamps: { readonly engine?: Engine },
  onMessage: Mailer['onMessage'],
): Voicemail {
  const { settings, clock, log, documents, board } = around;
  const room = roomLog(log, 'voicemail');
  const spool = join(settings.engineDir, 'spool');
  return new Voicemail({
    clock,
    log: room,
    boxes: () => documents.branch.voicemail,
    dir: join(spool, MESSAGES),
    recordedDir: dirname(join(spool, messageFile('any'))),
    wavHeader,
    append: keeping.append,
    showCounts: (box, counts) => {
      board.set('voicemail', box, counts);
      lamps.engine?.showMessages(box, counts).catch((err: unknown) => {
        room.warn({ err, box }, 'a lamp could not be shown');
      });
    },
    onMessage,
  });
}

/** What calls in progress are recording to. */
export const openMessages = (calls: CallService): ReadonlySet<string> =>
  new Set(
    Object.values(calls.state.calls).flatMap(({ stage }) =>
      stage.at === 'voicemail' ? (stage.recording ?? []) : [],
    ),
  );

export function makeSpeaker({ settings, log }: Around, { alarms }: Keeping): Speaker {
  return new Speaker({
    dir: join(settings.engineDir, 'spool', SPEECH),
    log: roomLog(log, 'speech'),
    wavHeader,
    onEngine: (state) => {
      if (state === 'there') alarms.clear('speech-missing', 'speech');
      else alarms.raise('speech-missing', 'speech', SPEECH_PACKAGE);
    },
  });
}
