/** What a box checks of itself at a quiet hour, and what came of each check. In words: self-check-words.ts. */
import * as z from 'zod';

const time = z.iso.datetime();
const ms = z.number().min(0);

/**
 * In the order in which they are made. `agents`: somebody signs in and out, on a copy of the queues. `recording`: one is made, found and
 * verified. `flow`: a caller of the box's own hears each flow. `trunk`: a test call out by each. `backup`: the ledger is copied, and the copy read.
 */
export const SELF_CHECK_KINDS = ['agents', 'recording', 'flow', 'trunk', 'backup'] as const;
export type SelfCheckKind = (typeof SELF_CHECK_KINDS)[number];

/** `not-done` says nothing of what was to be checked. */
export const SELF_CHECK_RESULTS = ['passed', 'failed', 'not-done'] as const;
export type SelfCheckResult = (typeof SELF_CHECK_RESULTS)[number];

export const SELF_CHECK_REASONS = [
  // Not done
  'calls',
  'on-battery',
  'maintenance',
  'engine-away',
  'restart',
  'ordered-stop',
  'no-number',
  'no-room',
  'busy',
  'not-judged',
  // Failed
  'took-too-long',
  'broke',
  'not-signed-in',
  'not-signed-out',
  'not-taken',
  'not-played',
  'no-sound-file',
  'silent',
  'leads-nowhere',
  'refused',
  'not-answered',
  'not-returned',
  'not-recorded',
  'not-found',
  'not-whole',
  'one-side',
  'not-the-same',
] as const;
export type SelfCheckReason = (typeof SELF_CHECK_REASONS)[number];

/** One check and what came of it. */
export const selfCheckLine = z.looseObject({
  check: z.enum(SELF_CHECK_KINDS),
  /** Which flow, which trunk. */
  subject: z.string().optional(),
  result: z.enum(SELF_CHECK_RESULTS),
  because: z.enum(SELF_CHECK_REASONS).optional(),
  /** As the source gave it: a file, a cause, a count. */
  detail: z.string().max(300).optional(),
  tookMs: ms,
});
export type SelfCheckLine = z.infer<typeof selfCheckLine>;

/** `schedule`: its hour had come. `order`: somebody asked for it. */
export const SELF_CHECK_WHYS = ['schedule', 'order'] as const;
export type SelfCheckWhy = (typeof SELF_CHECK_WHYS)[number];

export const selfCheckBodies = {
  /** One check of a run is over. */
  'self-check.done': selfCheckLine.extend({
    run: z.string(),
    why: z.enum(SELF_CHECK_WHYS),
    /** Who asked for it. */
    by: z.string().optional(),
  }),
} as const;

export const selfCheckRun = z.looseObject({
  run: z.string(),
  why: z.enum(SELF_CHECK_WHYS),
  startedAt: time,
  /** Null while it goes on. */
  endedAt: time.nullable(),
  lines: z.array(selfCheckLine),
});
export type SelfCheckRun = z.infer<typeof selfCheckRun>;

/** In the health report: how the last run went. */
export const selfCheckHealth = z.looseObject({
  at: time,
  passed: z.int().min(0),
  /** Such as 'flow welcome'. */
  failed: z.array(z.string()),
  notDone: z.int().min(0),
});
export type SelfCheckHealth = z.infer<typeof selfCheckHealth>;

export const subjectOf = ({ check, subject }: Pick<SelfCheckLine, 'check' | 'subject'>): string =>
  subject === undefined ? check : `${check} ${subject}`;
