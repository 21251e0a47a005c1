/** What may be asked for at a call in progress, in the API of the box's page. */
import * as z from 'zod';
import { extension, target } from '../branch/fields.ts';
import { SUPERVISION_MODES } from '../ledger.ts';
import { route } from './route.ts';

/** Carried out: how it goes on is in the live state and in the ledger. */
const done = z.object({ call: z.string() });

const dialled = z.string().regex(/^\+?\d{2,15}$/, { error: 'an extension, or a number as it is dialled' });

export const inCallRoutes = {
  superviseCall: route({
    method: 'post',
    path: '/api/calls/{call}/supervise',
    access: 'session',
    says: "let a supervisor listen to a talk, whisper to its agent or barge in: rings his extension; asked for again, it changes the mode. His group must be in the document's supervision.allow",
    body: z.strictObject({ extension, mode: z.enum(SUPERVISION_MODES) }),
    response: done,
  }),
  endSupervision: route({
    method: 'delete',
    path: '/api/calls/{call}/supervise',
    access: 'session',
    says: 'let the supervisor of a talk go; the talk goes on',
    response: done,
  }),
  moveCall: route({
    method: 'post',
    path: '/api/calls/{call}/move',
    access: 'session',
    says: 'send a caller who waits in a queue elsewhere; in another queue he has waited as long as in this one',
    body: z.strictObject({ to: target }),
    response: done,
  }),
  pickUpCall: route({
    method: 'post',
    path: '/api/calls/{call}/pick-up',
    access: 'session',
    says: 'have a call that rings at somebody ring at this extension too: who answers first has it',
    body: z.strictObject({ extension }),
    response: done,
  }),
  giveCall: route({
    method: 'post',
    path: '/api/calls/{call}/give',
    access: 'session',
    says: 'give a caller who waits in a queue, and rings nowhere, to an agent, whoever would be next; not taken, he waits on at his place',
    body: z.strictObject({ agent: z.string().max(80) }),
    response: done,
  }),
  parkCall: route({
    method: 'post',
    path: '/api/calls/{call}/park',
    access: 'session',
    says: 'park the other party of a talk: who has this extension leaves it, and dialling the slot takes the call again',
    body: z.strictObject({ extension, slot: extension.optional() }),
    response: z.object({ call: z.string(), slot: z.string() }),
  }),
  conferenceCall: route({
    method: 'post',
    path: '/api/calls/{call}/conference',
    access: 'session',
    says: 'make a talk one of three or more: who has this extension invites an extension or a number, or brings in the other talk he has',
    body: z.union([
      z.strictObject({ extension, invite: dialled }),
      z.strictObject({ extension, with: z.string().max(80) }),
    ]),
    response: done,
  }),
  holdCall: route({
    method: 'post',
    path: '/api/calls/{call}/hold',
    access: 'session',
    says: 'hold a talk for the party that has this extension: the other one hears music',
    body: z.strictObject({ extension }),
    response: done,
  }),
  resumeCall: route({
    method: 'post',
    path: '/api/calls/{call}/resume',
    access: 'session',
    says: 'take a talk back that was held by this API; during a consultation all three then talk',
    body: z.strictObject({ extension }),
    response: done,
  }),
  consultCall: route({
    method: 'post',
    path: '/api/calls/{call}/consult',
    access: 'session',
    says: 'hold a talk and call a third within it, who talks with this extension alone; then resume, transfer, or let him hang up',
    body: z.strictObject({ extension, to: dialled }),
    response: done,
  }),
  transferCall: route({
    method: 'post',
    path: '/api/calls/{call}/transfer',
    access: 'session',
    says: 'the party that has this extension leaves the talk, and the other one is passed to an extension or number, to who is consulted, or to who is in another talk of his',
    body: z.union([
      z.strictObject({ extension, to: dialled }),
      z.strictObject({ extension, with: z.string().max(80) }),
    ]),
    response: done,
  }),
} as const;
