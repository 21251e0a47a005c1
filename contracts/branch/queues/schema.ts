/** The shape of queues, of an agent, and of tagged callers, as a person writes them. */
import * as z from 'zod';
import { duration, name, target, text } from '../fields.ts';
import { numberRange } from '../values.ts';
import { queueAlarm } from './alarm.ts';
import { callback } from './callback.ts';
import { overflowWhen, percent, pointsPerMinute } from './values.ts';
import { ANNOUNCEMENTS, QUEUE_ORDERS } from './words.ts';

const WHEN =
  "'waiting > 3m' (1s or more), 'length > 10', 'expected wait > 5m', 'nobody signed in', 'nobody there' or 'closed'";

const level = z.int().min(1).max(9);
const points = z.number().min(0).max(100);
const digit = z.string().regex(/^[0-9*#]$/, { error: 'a digit 0 to 9, * or #' });

const relaxStep = z.strictObject({
  after: duration.describe('from this wait on'),
  to: z
    .union([z.int().min(0).max(9), z.record(name, z.int().min(0).max(9))])
    .default(0)
    .describe('a level for every preferred skill, or a level each; 0 gives the preference up'),
});

const prefers = z
  .object({
    relax: z
      .union([relaxStep, z.array(relaxStep).min(1)])
      .optional()
      .describe('with it nobody below is asked before its time; without it a preference only ranks'),
  })
  .catchall(level)
  .default({})
  .describe('skill levels an agent should have: who comes closest is asked first');

const priority = z
  .union([
    points,
    z
      .object({
        default: points.default(0),
        ageing: z
          .union([points, text(pointsPerMinute, "points gained by waiting, such as '1/min' or '30/h'")])
          .default('1/min'),
      })
      .catchall(points),
  ])
  .default(0)
  .describe('points, 0 to 100, for all, or by a tag of the caller; more points are served first');

const waiting = z.strictObject({
  music: z.string().default('default'),
  announce: z.array(z.enum(ANNOUNCEMENTS)).default([]).describe('what a caller is told while he waits'),
  first: duration.optional().describe('before the first announcement; as `every` when left out'),
  every: duration.default('30s'),
  comfort: name.default('please-hold').describe('the prompt of comfort'),
  press: z.record(digit, target).default({}).describe('where a digit leads'),
});

export const queue = z.strictObject({
  order: z.enum(QUEUE_ORDERS).default('longest-idle'),
  needs: z.record(name, level).default({}).describe('skills an agent must have, at least at this level'),
  prefers,
  levels: z
    .record(z.string().regex(/^[2-9]$/, { error: 'a level of agents, 2 to 9' }), duration)
    .default({})
    .describe(
      'from which wait on agents of a level are asked; a level that is not named at once, after those before it',
    ),
  priority,
  'last-agent': z
    .strictObject({ within: duration.default('7d'), wait: duration.default('20s') })
    .optional()
    .describe('who served the caller within this time serves him again, if he is free within the wait'),
  ring: duration.default('15s').describe('how long one agent rings'),
  'wrap-up': duration.default('10s').describe('time after a call before the next one'),
  misses: z
    .int()
    .min(0)
    .max(20)
    .optional()
    .describe(
      'calls in a row that make an agent not ready when he does not take them; 0 never; 1, and 0 where all ring',
    ),
  'service-level': z
    .strictObject({
      answer: z.union([z.number().min(1).max(100), text(percent, "a share such as 80 or '80%'")]),
      within: duration,
    })
    .default({ answer: 80, within: '20s' })
    .describe('percent answered within a time'),
  alarm: queueAlarm.prefault({}).describe('when people are told that it is not served as it should be'),
  'short-abandon': duration
    .default('5s')
    .describe('who hangs up sooner is counted apart: he had hardly begun to wait'),
  'keep-place': duration
    .default('10m')
    .describe('who was cut off while he waited, and calls again within this, has his old place; 0s: never'),
  waiting: waiting.prefault({}),
  overflow: z
    .array(z.strictObject({ when: text(overflowWhen, WHEN), to: target }))
    .default([])
    .describe('the first that applies'),
  hours: name.optional().describe('outside of these the queue is closed'),
  callback: callback
    .optional()
    .describe('how its customers are called back; nobody can ask for it when left out'),
  recording: z.enum(['always', 'never']).optional(),
});

export const agent = z.strictObject({
  queues: z
    .union([z.array(name).min(1), z.record(name, level)])
    .describe('a list, or a level for each: level 1 is asked before level 2'),
  skills: z.record(name, level).default({}).describe('skill levels, 1 to 9'),
  'calls-at-once': z.int().min(1).max(9).default(1),
});

export const callers = z
  .record(
    name,
    z.array(text(numberRange, "a number such as '+86 571 8600 1000', or a block '+86 571 8600 1000..1029'")),
  )
  .default({})
  .describe('callers by a tag of your choice, such as vip');

export type QueueInput = z.output<typeof queue>;
export type AgentInput = z.output<typeof agent>;
export type CallersInput = z.output<typeof callers>;
