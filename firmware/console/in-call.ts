/** Orders at calls in progress, over HTTP: what is asked for, and in which words it is refused. */
import { destination, destinationText } from '@branchline/contracts/branch/values';
import type { inCallRoutes } from '@branchline/contracts/http/in-call';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Asked, Handlers } from '@branchline/runtime/web/routes';
import type { CallOrder, Refusal } from '../calls/call-order.ts';
import type { InCallNeeds } from './needs.ts';
import { addressOf, consoleAt, type OperatorAction, type OperatorBook } from './operators.ts';

export function inCallHandlers(calls: InCallNeeds, operators: OperatorBook): Handlers<typeof inCallRoutes> {
  const carryOut = (
    { request }: Pick<Asked, 'request'>,
    order: CallOrder,
    action: OperatorAction,
    subject: string = order.call,
  ): { call: string } => {
    const address = addressOf(request);
    const refusal = calls.order(order, consoleAt(address));
    if (refusal) throw problemOf(refusal);
    operators.note(address, action, subject);
    return { call: order.call };
  };
  return {
    superviseCall: (asked) => {
      const call = asked.param('call');
      const { extension, mode } = asked.body;
      const order = { do: 'supervise', call, extension, mode } as const;
      return carryOut(asked, order, 'call-supervised', `${call} ${mode} by ${extension}`);
    },
    endSupervision: (asked) =>
      carryOut(asked, { do: 'end-supervision', call: asked.param('call') }, 'call-supervision-ended'),
    parkCall: (asked) => {
      const call = asked.param('call');
      const { extension, slot } = asked.body;
      const order = { do: 'park', call, extension, ...(slot === undefined ? {} : { slot }) } as const;
      const done = carryOut(asked, order, 'call-parked', `${call} by ${extension}`);
      return { ...done, slot: calls.slotOf(call) ?? '' };
    },
    conferenceCall: (asked) => {
      const call = asked.param('call');
      const { extension, ...whom } = asked.body;
      const order = { do: 'conference', call, extension, ...whom } as const;
      const who = 'invite' in whom ? whom.invite : whom.with;
      return carryOut(asked, order, 'call-conferenced', `${call} with ${who} by ${extension}`);
    },
    holdCall: (asked) => carryOut(asked, { do: 'hold', ...actor(asked) }, 'call-held'),
    resumeCall: (asked) => carryOut(asked, { do: 'resume', ...actor(asked) }, 'call-resumed'),
    consultCall: (asked) => {
      const { to } = asked.body;
      const order = { do: 'consult', ...actor(asked), to } as const;
      return carryOut(asked, order, 'call-consulted', `${order.call} with ${to} by ${order.extension}`);
    },
    transferCall: (asked) => {
      const order = { do: 'transfer', call: asked.param('call'), ...asked.body } as const;
      const to = 'to' in order ? order.to : order.with;
      return carryOut(asked, order, 'call-transferred', `${order.call} to ${to} by ${order.extension}`);
    },
    pickUpCall: (asked) => {
      const order = { do: 'pick-up', ...actor(asked) } as const;
      return carryOut(asked, order, 'call-picked-up', `${order.call} for ${order.extension}`);
    },
    giveCall: (asked) => {
      const order = { do: 'give', call: asked.param('call'), agent: asked.body.agent } as const;
      return carryOut(asked, order, 'call-given', `${order.call} to ${order.agent}`);
    },
    moveCall: (asked) => {
      const call = asked.param('call');
      const to = destination(asked.body.to);
      if (!to) throw problemOf({ code: 'no-such-destination', value: asked.body.to });
      return carryOut(asked, { do: 'move', call, to }, 'call-moved', `${call} to ${destinationText(to)}`);
    },
  };
}

/** The call, and for which of its parties it is done. */
const actor = ({
  param,
  body,
}: {
  readonly param: (name: string) => string;
  readonly body: { readonly extension: string };
}): { call: string; extension: string } => ({ call: param('call'), extension: body.extension });

interface Words {
  readonly status: 403 | 404 | 409 | 503;
  readonly message: string;
  readonly remedy: string;
  /** Where the value came from. */
  readonly field?: string;
}

const CALL = 'path.call';
const EXTENSION = 'body.extension';
const AGENT = 'body.agent';

const WORDS: Readonly<Record<Refusal['code'], Words>> = {
  'engine-away': {
    status: 503,
    message: 'The call engine is not connected: nothing can be asked of a call now.',
    remedy: 'Calls in progress go on. Try again when GET /api/ready says that the engine is up.',
  },
  'no-such-call': {
    status: 404,
    message: 'No call of that name is in progress.',
    remedy: 'Choose one from the live state.',
    field: CALL,
  },
  'not-talking': {
    status: 409,
    message: 'Nobody talks in this call now.',
    remedy: 'Wait until it is answered.',
    field: CALL,
  },
  'no-such-extension': {
    status: 404,
    message: 'Nobody has this extension.',
    remedy: 'Give the extension of a person of the document.',
    field: EXTENSION,
  },
  'no-phone': {
    status: 409,
    message: 'The person of this extension has no telephone.',
    remedy: 'Give him one in the document: people.NAME.phones.',
    field: EXTENSION,
  },
  'not-a-supervisor': {
    status: 403,
    message: 'The person of this extension may not listen to calls.',
    remedy: "Put one of his groups into the document's supervision.allow.",
    field: EXTENSION,
  },
  'in-the-call': {
    status: 409,
    message: 'This extension takes part in the call already.',
    remedy: 'Give the extension of somebody else.',
    field: EXTENSION,
  },
  'supervised-already': {
    status: 409,
    message: 'Another supervisor is at this call.',
    remedy: 'Wait until he has left, or let him go with DELETE /api/calls/{call}/supervise.',
    field: CALL,
  },
  'not-a-party': {
    status: 409,
    message: 'Nobody with this extension is in the call.',
    remedy: 'Give the extension of one who talks in it.',
    field: EXTENSION,
  },
  'conference-full': {
    status: 409,
    message: 'No more can take part in this call.',
    remedy: 'Wait until somebody has left.',
    field: CALL,
  },
  'no-consultation': {
    status: 409,
    message: 'This is no second talk between the same extension and one other party.',
    remedy: 'Give the id of the call in which the extension consults; both calls must be talks of two.',
    field: 'body.with',
  },
  'held-already': {
    status: 409,
    message: 'This call is on hold already.',
    remedy: 'Resume it first, from where it was held.',
    field: CALL,
  },
  'not-held': {
    status: 409,
    message: 'This extension does not hold the call.',
    remedy: 'Nothing needs to be resumed.',
    field: CALL,
  },
  'held-by-phone': {
    status: 409,
    message: 'The telephone itself holds this call.',
    remedy: 'Take it back at the telephone.',
    field: EXTENSION,
  },
  'no-slot': {
    status: 409,
    message: 'This slot is taken or is none; without one given, all are taken.',
    remedy: "Give a free one of the document's parking.slots.",
    field: 'body.slot',
  },
  'not-waiting': {
    status: 409,
    message: 'This caller does not wait in a queue.',
    remedy: 'Only who waits can be moved; a talk is transferred.',
    field: CALL,
  },
  'not-ringing': {
    status: 409,
    message: "This call rings at nobody's telephone now.",
    remedy: 'A caller who waits is given to an agent: POST /api/calls/{call}/give.',
    field: CALL,
  },
  'rings-already': {
    status: 409,
    message: 'This call rings at an agent already.',
    remedy: 'Let it ring at another extension too: POST /api/calls/{call}/pick-up.',
    field: CALL,
  },
  'no-such-agent': {
    status: 404,
    message: 'No agent of that name.',
    remedy: 'Agents are the people of the document that have queues.',
    field: AGENT,
  },
  'agent-not-free': {
    status: 409,
    message: 'This agent cannot take a call now.',
    remedy: 'Choose one who is ready, or set him ready first: POST /api/agents/{agent}/state.',
    field: AGENT,
  },
  'no-such-destination': {
    status: 404,
    message: 'The document has no such destination.',
    remedy: "Give 'queue NAME', 'extension NUMBER', 'flow NAME', 'voicemail NAME' or 'outside NUMBER'.",
    field: 'body.to',
  },
  'not-supervised': {
    status: 409,
    message: 'No supervisor is at this call.',
    remedy: 'Nothing needs to be done.',
    field: CALL,
  },
};

function problemOf({ code, value }: Refusal): HttpProblem {
  const { status, ...words } = WORDS[code];
  return new HttpProblem(status, { code, ...words, ...(value === undefined ? {} : { value }) });
}
