/**
 * What headquarters may tell a box to do. A command has an id, and whoever hears it twice does it once; it has an end, and
 * a box that is away until then never does it. The time that is left is told, not a moment: the box's clock may be wrong.
 */
import * as z from 'zod';
import { maintainedThings } from '../branch/maintenance.ts';
import { orderedRelease } from './releases.ts';

const v = z.literal(1);
const id = z.string().regex(/^[0-9a-f-]{8,40}$/);
const note = z.string().trim().min(1).max(200).optional();
const MINUTE_MS = 60_000;

/** Each kind with what must be said beside it. */
export const commandKinds = {
  /** Shows on the box's page, and by whatever the box has, which box it is. */
  identify: z.strictObject({ forS: z.int().min(5).max(300).default(60) }),
  'test-call': z.strictObject({ trunk: z.string().min(1).max(80) }),
  /** The service is begun anew beneath its calls, the engine only when there are none. */
  restart: z.strictObject({ what: z.enum(['service', 'engine']) }),
  /** The box connects to headquarters, which shows its page to the person who asked: asked for by its own route, never by that of commands. */
  'open-page': z.strictObject({
    forS: z.int().min(60).max(3_600),
    /** Of headquarters' listener for boxes' pages; without a host, that of the broker. */
    host: z.string().min(1).max(255).optional(),
    port: z.int().min(1).max(65_535),
    role: z.string().min(1).max(40),
  }),
  /** For a drill: the box closes its line to headquarters, and goes on without for so long. */
  'cut-uplink': z.strictObject({ forS: z.int().min(10).max(3_600) }),
  /** A file for support: logs, health, alarms, document and, where one is named, a call; without secrets. */
  'support-bundle': z.strictObject({ call: z.string().min(1).max(80).optional() }),
  /** Somebody at headquarters looks after an alarm of the box: it is told no more, and stays open until its fault is gone. */
  'acknowledge-alarm': z.strictObject({ alarm: z.string().min(1).max(80), note }),
  /** Keeps alarms of some things quiet, from when the box hears of it; 1 minute to 7 days. */
  maintenance: z.strictObject({
    what: maintainedThings,
    forMs: z
      .int()
      .min(MINUTE_MS)
      .max(7 * 24 * 60 * MINUTE_MS),
    note,
  }),
  /** The box fetches a release, takes it and proves it, or goes back: asked for by its own route, never by that of commands. */
  release: orderedRelease,
  /** Ends a window that was opened by hand, here or there. */
  'end-maintenance': z.strictObject({ window: z.string().min(1).max(80) }),
} as const;
export type CommandKind = keyof typeof commandKinds;
export type CommandWith<K extends CommandKind> = z.output<(typeof commandKinds)[K]>;

/** Nothing is under way while they are done: a second one need not wait for the first. */
export const DONE_AT_ONCE: ReadonlySet<string> = new Set<CommandKind>([
  'acknowledge-alarm',
  'maintenance',
  'end-maintenance',
]);

/** Under way over a restart of the box's service, which is a part of them; a newer one takes the place of the one before. */
export const GOES_ON_OVER_RESTARTS: ReadonlySet<string> = new Set<CommandKind>(['release']);

/** How long a command waits for its box, s. */
export const COMMAND_WAITS_S = { least: 10, most: 7 * 86_400, usual: 600 } as const;

/** On the wire the kind is open: an older box answers 'unknown-command' to one that it has not got. */
export const command = z.looseObject({
  v,
  id,
  do: z.string().min(1).max(40),
  with: z.looseObject({}),
  /** Who asks, as headquarters knows him. */
  who: z.string().max(80),
  /** Time left when it was sent, s. */
  withinS: z.number().min(0),
});
export type Command = z.infer<typeof command>;

export const COMMAND_REASONS = [
  'unknown-command',
  'bad-argument',
  'would-cut-calls',
  'already-running',
  'no-such-trunk',
  'no-test-number',
  'no-room',
  'no-such-call',
  'no-such-alarm',
  'no-such-window',
  'window-of-document',
  'headquarters-out-of-reach',
  'engine-out-of-reach',
  'took-too-long',
  'interrupted',
  'fault',
  'not-ready-for-releases',
  'running-already',
  'wrong-architecture',
  'engine-too-old',
  'older-release',
  'data-too-new',
  'no-way-back',
  'no-disk-room',
  'archive-refused',
  'not-installed',
  'withdrawn',
  'went-back',
] as const;
export type CommandReason = (typeof COMMAND_REASONS)[number];

/** running: taken in hand. done, refused (nothing was done) and failed end it. */
export const COMMAND_OUTCOMES = ['running', 'done', 'refused', 'failed'] as const;

export const commandResult = z.looseObject({
  v,
  id,
  state: z.enum(COMMAND_OUTCOMES),
  /** While it runs, where that can be said. */
  percent: z.int().min(0).max(100).optional(),
  /** Of COMMAND_REASONS; one of a later release passes. */
  because: z.string().optional(),
  /** Of 'would-cut-calls': how many. */
  calls: z.int().optional(),
  /** What came of it, in the terms of its kind: the verdict of a test call, the hash of a bundle. */
  answer: z.looseObject({}).optional(),
});
export type CommandResult = z.infer<typeof commandResult>;

/** A support bundle is at most so large. */
export const LARGEST_BUNDLE_BYTES = 8 * 1024 * 1024;
/** Of a bundle in one message: 64 kB as it travels. */
export const CHUNK_BYTES = 48 * 1024;

const bytes = z.int().min(1).max(LARGEST_BUNDLE_BYTES);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A piece of a file that a command brought about. */
export const bundleChunk = z.looseObject({
  v,
  /** Of the command. */
  id,
  /** Of the whole file. */
  sha256,
  bytes,
  /** Where this piece begins. */
  from: z.int().min(0),
  data: z.base64().max(Math.ceil((CHUNK_BYTES * 4) / 3) + 4),
});

/** Headquarters has stored so much of it: the next piece begins there. */
export const bundleAck = z.looseObject({ v, id, have: z.int().min(0) });
