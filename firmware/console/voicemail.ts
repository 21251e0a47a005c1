/** Voicemail on the box's page. */
import type { z } from 'zod';
import type { voicemailMessage, voicemailRoutes } from '@branchline/contracts/http/voicemail';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { Message } from '../voicemail/message-store.ts';
import type { ConsoleNeeds } from './needs.ts';
import { addressOf, consoleAt, type OperatorBook } from './operators.ts';
import { sendRecording, startsHearing } from './recording-audio.ts';

export function voicemailHandlers(
  voicemail: ConsoleNeeds['voicemail'],
  operators: OperatorBook,
): Handlers<typeof voicemailRoutes> {
  return {
    voicemail: () => ({
      boxes: Object.values(voicemail.boxes).map(({ name, title }) => {
        const messages = voicemail.list(name).map(shown);
        return {
          box: name,
          name: title,
          fresh: messages.filter(({ heardAt }) => heardAt === null).length,
          messages,
        };
      }),
    }),
    voicemailAudio: async ({ param, request, response }) => {
      const [box, message] = [param('box'), param('message')];
      const path = voicemail.soundOf(box, message);
      if (path === undefined) throw NO_MESSAGE();
      await sendRecording({ find: () => ({ path, finished: true }) }, message, response);
      if (!startsHearing(request)) return;
      operators.note(addressOf(request), 'voicemail-played', `${box}/${message}`);
      voicemail.markHeard(box, message, consoleAt(addressOf(request)));
    },
    markVoicemail: ({ param, body, request }) => {
      const [box, message] = [param('box'), param('message')];
      const changed = body.heard
        ? voicemail.markHeard(box, message, consoleAt(addressOf(request)))
        : voicemail.markNew(box, message);
      if (!changed) throw NO_MESSAGE();
      return shown(changed);
    },
    deleteVoicemail: ({ param, request }) => {
      const [box, message] = [param('box'), param('message')];
      const removed = voicemail.remove(box, message, consoleAt(addressOf(request)));
      if (!removed) throw NO_MESSAGE();
      operators.note(addressOf(request), 'voicemail-deleted', `${box}/${message}`);
      return shown(removed);
    },
  };
}

const NO_MESSAGE = (): Error => notFound('message of that name', 'Choose one from the list of the box.');

const shown = ({
  message,
  box,
  from,
  at,
  durationMs,
  heardAt,
  call,
}: Message): z.infer<typeof voicemailMessage> => ({
  message,
  box,
  from,
  at: new Date(at).toISOString(),
  durationMs,
  heardAt: heardAt === undefined ? null : new Date(heardAt).toISOString(),
  call,
});
