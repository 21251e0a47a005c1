/** Headquarters' API of commands: what a box is told to do, how far it is, what came of it. */
import * as z from 'zod';
import { COMMAND_OUTCOMES, COMMAND_WAITS_S, commandKinds, type CommandKind } from '../fleet/commands.ts';
import { route } from './route.ts';

/** waiting: the box has not heard of it yet. expired: it never did in time. silent: it took it in hand, and never said what came of it. */
export const COMMAND_STATES = ['waiting', ...COMMAND_OUTCOMES, 'expired', 'silent'] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

const kinds = Object.keys(commandKinds) as [CommandKind, ...CommandKind[]];
/** These have routes of their own: whom a page is for, and what a release is, is not the asker's to say. */
const BY_ROUTE = ['open-page', 'release'] as const;
export type OrderedKind = Exclude<CommandKind, (typeof BY_ROUTE)[number]>;
const ordered = kinds.filter((kind) => !BY_ROUTE.some((one) => one === kind)) as [
  OrderedKind,
  ...OrderedKind[],
];

export const sentCommand = z.object({
  id: z.string(),
  box: z.string(),
  do: z.enum(kinds),
  with: z.record(z.string(), z.unknown()),
  who: z.string(),
  at: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  state: z.enum(COMMAND_STATES),
  percent: z.int().nullable(),
  because: z.string().nullable(),
  /** Of 'would-cut-calls'. */
  calls: z.int().nullable(),
  answer: z.record(z.string(), z.unknown()).nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** Of a file that it brought about: how much of it is here. */
  file: z.object({ bytes: z.int(), have: z.int() }).nullable(),
});
export type SentCommand = z.infer<typeof sentCommand>;

export const newCommand = z.strictObject({
  do: z.enum(ordered),
  with: z.record(z.string(), z.unknown()).default({}),
  /** How long it waits for a box that is away, s. */
  withinS: z.int().min(COMMAND_WAITS_S.least).max(COMMAND_WAITS_S.most).default(COMMAND_WAITS_S.usual),
});

export const commandRoutes = {
  commands: route({
    method: 'get',
    path: '/api/boxes/{box}/commands',
    access: 'session',
    needs: 'look',
    says: 'what a box was told to do, newest first, and what came of it',
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: z.object({ commands: z.array(sentCommand) }),
  }),
  sendCommand: route({
    method: 'post',
    path: '/api/boxes/{box}/commands',
    access: 'session',
    needs: 'act',
    says: 'tell a box to do something; one that is away hears of it when it is back, until the command expires',
    body: newCommand,
    response: sentCommand,
  }),
  bundle: route({
    method: 'get',
    path: '/api/boxes/{box}/commands/{id}/bundle',
    access: 'session',
    needs: 'act',
    says: 'the support bundle that a command brought about: a gzipped tar file',
    answersWith: 'application/gzip',
  }),
} as const;
