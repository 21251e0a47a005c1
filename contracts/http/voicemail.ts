/** Voicemail in the API of the box's page. */
import * as z from 'zod';
import { route } from './route.ts';

export const voicemailMessage = z.object({
  message: z.string(),
  box: z.string(),
  from: z.string(),
  at: z.iso.datetime(),
  durationMs: z.number(),
  /** Null while nobody has listened to it. */
  heardAt: z.iso.datetime().nullable(),
  call: z.string(),
});

export const voicemailBoxes = z.object({
  boxes: z.array(
    z.object({
      box: z.string(),
      name: z.object({ zh: z.string(), en: z.string() }),
      fresh: z.int(),
      /** The oldest first. */
      messages: z.array(voicemailMessage),
    }),
  ),
});

export const voicemailRoutes = {
  voicemail: route({
    method: 'get',
    path: '/api/voicemail',
    access: 'session',
    says: 'the voicemail boxes with their messages',
    response: voicemailBoxes,
  }),
  voicemailAudio: route({
    method: 'get',
    path: '/api/voicemail/{box}/{message}/audio',
    access: 'session',
    says: 'a message: one channel',
    answersWith: 'audio/wav',
  }),
  markVoicemail: route({
    method: 'post',
    path: '/api/voicemail/{box}/{message}/heard',
    access: 'session',
    says: 'mark a message as heard, or as new again',
    body: z.strictObject({ heard: z.boolean() }),
    response: voicemailMessage,
  }),
  deleteVoicemail: route({
    method: 'post',
    path: '/api/voicemail/{box}/{message}/delete',
    access: 'session',
    says: 'delete a message',
    response: voicemailMessage,
  }),
} as const;
