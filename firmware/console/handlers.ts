/** One handler for each route of contracts/http/console.ts, beside those of signing in. */
import { tellWhy } from '@branchline/contracts/call-why';
import type { consoleRoutes } from '@branchline/contracts/http/console';
import type { EventStream } from '@branchline/runtime/web/events';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import { figuresHandler } from './figures.ts';
import { alarmHandlers } from './alarms.ts';
import { inCallHandlers } from './in-call.ts';
import { brakeHandlers } from './brakes.ts';
import { callbackHandlers } from './callbacks.ts';
import type { ConsoleNeeds } from './needs.ts';
import { addressOf, consoleAt, type OperatorBook } from './operators.ts';
import { sendRecording, startsHearing } from './recording-audio.ts';
import { powerHandlers } from './power.ts';
import { safeModeHandlers } from './safe-mode.ts';
import { selfCheckHandlers } from './self-check.ts';
import { trunkHandlers } from './trunks.ts';
import { visitHandlers } from './visits.ts';
import { voicemailHandlers } from './voicemail.ts';

type Own = Omit<Handlers<typeof consoleRoutes>, 'session' | 'signIn' | 'signOut' | 'ownPassword'>;

export function consoleHandlers(needs: ConsoleNeeds, live: EventStream, operators: OperatorBook): Own {
  return {
    ready: () => needs.readiness(),
    alive: () => {
      const stuck = needs.stuck();
      if (stuck.length > 0) throw stuckIn(stuck);
      return { alive: true };
    },
    live: ({ request, response }) => live.open(request, response),
    calls: ({ query }) => needs.history.list(query),
    call: ({ param }) => callNamed(needs, param('call')),
    callWhy: ({ param, query }) => {
      const { call, events } = callNamed(needs, param('call'));
      const reader = needs.whyReader();
      return tellWhy(call.id, events, { ...reader, language: query.language ?? reader.language });
    },
    queueFigures: figuresHandler(needs),
    recording: async ({ param, request, response }) => {
      const recording = param('recording');
      await sendRecording(needs.recordings, recording, response);
      if (startsHearing(request)) operators.note(addressOf(request), 'recording-played', recording);
    },
    ...voicemailHandlers(needs.voicemail, operators),
    ...inCallHandlers(needs.inCall, operators),
    ...callbackHandlers(needs.callbacks, operators),
    ...brakeHandlers(needs.brakes, operators),
    ...trunkHandlers(needs.trunks, operators),
    ...alarmHandlers(needs.alarms, operators),
    ...powerHandlers(needs.power, operators),
    claim: () => needs.claim(),
    continuity: () => needs.continuity(),
    ...selfCheckHandlers(needs.selfCheck, operators),
    ...safeModeHandlers(needs.safeMode, operators),
    ...visitHandlers(needs.visits, operators),
    document: () => {
      const document = needs.documents.inForce();
      if (!document) throw NO_DOCUMENT;
      return document;
    },
    checkDocument: ({ body }) => needs.documents.check(body.source),
    takeDocument: ({ body, request }) => {
      const { source, replaces } = body;
      if (replaces !== undefined && needs.documents.inForce()?.revision !== replaces) throw CHANGED_MEANWHILE;
      const taken = written(() => needs.documents.take(source));
      if (taken.ok) operators.note(addressOf(request), 'document-taken', taken.revision.slice(0, 12));
      return taken;
    },
    orderAgent: ({ param, body, request }) => {
      const agent = param('agent');
      const by = consoleAt(addressOf(request));
      const state = needs.agents.order(agent, body.state, body.reason, by);
      if (state === undefined) throw NO_AGENT;
      operators.note(addressOf(request), `agent-${body.state}`, agent);
      return { agent, state };
    },
    changeWrapUp: ({ param, body, request }) => {
      const agent = param('agent');
      const state = needs.agents.wrapUp(agent, body.moreMs, consoleAt(addressOf(request)));
      if (state === undefined) throw NO_AGENT;
      if (state === 'none') throw NO_WRAP_UP;
      operators.note(addressOf(request), 'agent-wrap-up', agent);
      return { agent, state };
    },
    about: () => needs.about(),
  };
}

const stuckIn = (loops: readonly string[]): HttpProblem =>
  new HttpProblem(503, {
    code: 'stuck',
    message: `The service has come to no end of: ${loops.join(', ')}.`,
    remedy: 'The watchdog ends it, and its supervisor starts it; calls go on meanwhile.',
  });

const NO_AGENT = notFound('agent of that name', 'Agents are the people of the document that have queues.');

const NO_WRAP_UP = new HttpProblem(409, {
  code: 'not-in-wrap-up',
  message: 'This agent is not in wrap-up.',
  field: 'path.agent',
  remedy: 'To keep him from calls, set him not ready: POST /api/agents/{agent}/state.',
});

function callNamed({ history, recordings }: ConsoleNeeds, name: string) {
  const detail = history.detail(name);
  if (!detail) throw notFound('call of that name', 'Choose one from the list of calls.');
  const { call, events } = detail;
  const comes = call.recording !== null && recordings.comes(call.recording);
  return comes ? { call: { ...call, recordingComes: true as const }, events } : detail;
}

function written<T>(take: () => T): T {
  try {
    return take();
  } catch (error) {
    throw new HttpProblem(507, {
      code: 'not-written',
      message: `The document could not be written: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'The old one stays in force. See to the disk of the box, and try again.',
    });
  }
}

const CHANGED_MEANWHILE = new HttpProblem(409, {
  code: 'changed-meanwhile',
  message: 'Another document was put in force since you looked.',
  remedy: 'Look at the one in force now, bring your change into it, and try again.',
});

const NO_DOCUMENT = new HttpProblem(404, {
  code: 'no-document',
  message: 'No branch document is in force.',
  remedy: 'Write one, check it here, and start the service with it.',
});
