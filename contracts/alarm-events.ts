/** What the ledger is told of alarms: that they came, what they follow from, who looks after them, who was told, and that they went. */
import * as z from 'zod';
import { SEVERITIES } from './alarms.ts';

const id = z.string().min(1);
const severity = z.enum(SEVERITIES);

export const alarmBodies = {
  'alarm.raised': z.object({
    alarm: id,
    code: z.string(),
    severity,
    subject: z.string(),
    detail: z.string().optional(),
    /** The open alarm that it follows from. */
    cause: id.optional(),
    /** The maintenance window that keeps it quiet. */
    window: id.optional(),
  }),
  /** Where it stands has changed: under another cause, or forward when both are left out. */
  'alarm.placed': z.object({
    alarm: id,
    code: z.string(),
    subject: z.string(),
    cause: id.optional(),
    window: id.optional(),
  }),
  'alarm.acknowledged': z.object({ alarm: id, who: z.string(), note: z.string().optional() }),
  'alarm.cleared': z.object({
    alarm: id,
    code: z.string(),
    subject: z.string(),
    lastedMs: z.number().min(0),
  }),
  /** `what`: the things that are kept quiet, as the window names them. */
  'maintenance.began': z.object({
    window: id,
    what: z.array(z.string()),
    until: z.iso.datetime(),
    who: z.string(),
    note: z.string().optional(),
  }),
  'maintenance.ended': z.object({ window: id, who: z.string() }),
  /** Taken by the receiver; a trap without confirmation: handed to the network. `alarms`: those that it tells of. */
  'notice.sent': z.object({ notice: id, way: z.string(), alarms: z.array(id), tries: z.int().min(1) }),
  /** Given up. */
  'notice.failed': z.object({
    notice: id,
    way: z.string(),
    alarms: z.array(id),
    tries: z.int().min(0),
    detail: z.string(),
  }),
} as const;
