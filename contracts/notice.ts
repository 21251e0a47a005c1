/** What people are told of alarms, as it is kept and as a webhook gets it. */
import * as z from 'zod';
import { SEVERITIES } from './alarms.ts';

const severity = z.enum(SEVERITIES);
const time = z.iso.datetime();
const localText = z.object({ zh: z.string(), en: z.string() });

export const toldAlarm = z.object({
  id: z.string(),
  code: z.string(),
  severity,
  subject: z.string(),
  detail: z.string().nullable(),
  since: time,
});

export const notice = z.object({
  /** `graver`: told before, and become graver by what follows from it. */
  kind: z.enum(['raised', 'graver', 'cleared']),
  at: time,
  alarm: toldAlarm,
  /** The gravest of the alarm and of what follows from it. */
  weight: severity,
  /** What follows from it, the gravest first; 20 at most. */
  consequences: z.array(toldAlarm),
  /** All of them. */
  consequencesInAll: z.int().min(0),
});
export type Notice = z.infer<typeof notice>;

/** The body of a webhook. How it is signed: docs/alarms.md. */
export const webhookBody = z.object({
  v: z.literal(1),
  /** The same however often it is sent: what has this id has been seen. */
  message: z.string(),
  box: z.string(),
  site: localText,
  /** The name of the way in the branch document. */
  way: z.string(),
  /** When it was put together. */
  at: time,
  /** Several when they were gathered. Title and advice are those of the catalogue of alarms; `detail`: the alarm's, in words. */
  notices: z.array(notice.extend({ title: localText, advice: localText, detail: localText.nullable() })),
  /** Notices that were left out because too many had been gathered. */
  leftOut: z.int().min(0),
});
export type WebhookBody = z.infer<typeof webhookBody>;
