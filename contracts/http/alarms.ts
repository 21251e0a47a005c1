/** Alarms in the API of the box's page: who looks after them, what is kept quiet, who was told. */
import * as z from 'zod';
import { maintainedThings } from '../branch/maintenance.ts';
import { WAY_KINDS } from '../branch/notify.ts';
import { liveAlarm } from '../live.ts';
import { notice } from '../notice.ts';
import { route } from './route.ts';

const time = z.iso.datetime();

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
const note = z.string().trim().min(1).max(200);

export const shownWindow = z.object({
  id: z.string(),
  what: z.array(z.string()),
  until: time,
  /** Who opened it, or 'document'. */
  by: z.string(),
  note: z.string().nullable(),
});
export type ShownWindow = z.infer<typeof shownWindow>;

/** A message, as it waits or as it went. */
export const shownMessage = z.object({
  id: z.string(),
  way: z.string(),
  at: time,
  notices: z.array(notice),
  leftOut: z.int(),
  tries: z.int(),
  /** Why the last try did not succeed. */
  detail: z.string().nullable(),
});

export const noticeBook = z.object({
  ways: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(WAY_KINDS),
      /** Whom it reaches; no secret. */
      to: z.string(),
      /** Notices that are gathered, until quiet hours end or there is room for more. */
      gathered: z.int(),
      failing: z.boolean(),
    }),
  ),
  waiting: z.array(shownMessage.extend({ nextAt: time })),
  /** The newest first. `taken`: by the receiver; false when it was given up. */
  past: z.array(shownMessage.extend({ endedAt: time, taken: z.boolean() })),
});
export type NoticeBook = z.infer<typeof noticeBook>;

export const alarmRoutes = {
  alarms: route({
    method: 'get',
    path: '/api/alarms',
    access: 'session',
    says: 'the alarms that are open: what each follows from, who looks after it, what keeps it quiet',
    response: z.object({ alarms: z.array(liveAlarm) }),
  }),
  acknowledgeAlarm: route({
    method: 'post',
    path: '/api/alarms/{alarm}/acknowledge',
    access: 'session',
    says: 'say that somebody looks after an alarm: it is told no more, and stays open until its fault is gone',
    body: z.strictObject({ note: note.optional() }),
    response: z.object({ alarm: liveAlarm }),
  }),
  maintenance: route({
    method: 'get',
    path: '/api/maintenance',
    access: 'session',
    says: 'the maintenance windows that are in force',
    response: z.object({ windows: z.array(shownWindow) }),
  }),
  openMaintenance: route({
    method: 'post',
    path: '/api/maintenance',
    access: 'session',
    says: 'keep alarms of some things, and of what depends on them, quiet for a time; they are kept all the same',
    body: z.strictObject({
      what: maintainedThings,
      /** Milliseconds, 1 minute to 7 days. */
      forMs: z.int().min(MINUTE_MS).max(WEEK_MS),
      note: note.optional(),
    }),
    response: z.object({ window: shownWindow }),
  }),
  endMaintenance: route({
    method: 'post',
    path: '/api/maintenance/{window}/end',
    access: 'session',
    says: 'end a window that was opened by hand: what is still open comes forward',
    body: z.strictObject({}),
    response: z.object({ window: z.string() }),
  }),
  notices: route({
    method: 'get',
    path: '/api/notices',
    access: 'session',
    says: 'the ways by which people are told of alarms, what waits to be sent, and what was sent lately',
    response: noticeBook,
  }),
} as const;
