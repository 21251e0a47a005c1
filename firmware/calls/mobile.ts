/**
 * A person is rung at his mobile where none of his telephones is registered. He takes the call by pressing 1: whoever else answers there, and
 * an answering machine first of all, would have the caller otherwise.
 */
import type { Party } from '@branchline/contracts/ledger';
import { classify } from '../routing/outgoing.ts';
import { addLeg } from './legs.ts';
import { lineEndpoint, mayGoRound } from './lines-out.ts';
import { permit } from './permits.ts';
import { nextPlayback } from './stage.ts';
import type { Call, Leg } from './state.ts';
import type { Step } from './step.ts';
import { hasRoom } from './trunk-load.ts';

/** A mobile network takes some seconds before it rings, and its mailboxes answer after some twenty-five. */
const RING_MS = 25_000;
/** The question, three times over. */
const ASK_MS = 15_000;
const TAKES = '1';
const QUESTION = 'mobile-take';

export interface AtMobile extends Pick<Leg, 'attempt' | 'queue'> {
  readonly person: string;
  readonly party: Pick<Party, 'kind' | 'id'>;
}

/** Undefined where he has none that is to be rung here, or no line leads to it. */
export function ringMobile(step: Step, call: Call, whom: AtMobile): Leg | undefined {
  const { mobile } = step.branch.people[whom.person] ?? {};
  const dialled = mobile === undefined ? undefined : classify(step.branch, mobile);
  if (dialled?.kind !== 'outside' || dialled.class === 'emergency') return undefined;
  const forQueue = whom.queue === undefined ? {} : { queue: whom.queue };
  const permitted = permit(step, dialled, { written: true, ...forQueue });
  if (!permitted.ok) return undefined;
  const { trunks, callerId } = permitted.plan;
  return byNextLine(step, call, whom, { to: dialled, untried: trunks, callerId });
}

interface Way extends Pick<NonNullable<Leg['mobile']>, 'to' | 'untried'> {
  readonly callerId?: string | undefined;
}

function byNextLine(step: Step, call: Call, whom: AtMobile, way: Way): Leg | undefined {
  const [name, ...untried] = way.untried;
  if (name === undefined) return undefined;
  const trunk = step.branch.trunks[name];
  if (!trunk || !hasRoom(step, name)) return byNextLine(step, call, whom, { ...way, untried });
  const { person, party, attempt, queue } = whom;
  const { to, callerId } = way;
  const leg = addLeg(
    step,
    call,
    lineEndpoint(step.branch, trunk, to),
    { ...party, via: trunk.name },
    RING_MS,
    {
      ...{ attempt, person, mobile: { to, untried } },
      ...(queue === undefined ? {} : { queue }),
      ...(callerId === undefined ? {} : { shown: callerId }),
    },
  );
  leg.askAt = step.now + trunk.patienceMs;
  return leg;
}

interface Refused {
  readonly reason: string;
  readonly cause: number;
  readonly sip: number | undefined;
}

/** He was not had where he was rung. True where he rings once more: by another line, or at his mobile at all. */
export function ringsOn(step: Step, call: Call, leg: Leg, said: Refused): boolean {
  const { person, attempt, party, queue } = leg;
  const isOver = call.ending !== undefined || (call.anchor.gone && call.stage.at !== 'calling-back');
  const isLetGo = leg.dropped !== undefined && leg.dropped !== 'silent';
  if (person === undefined || leg.invitedBy !== undefined || isOver || isLetGo) return false;
  const forQueue = queue === undefined ? {} : { queue };
  const whom = { person, attempt, party: { kind: party.kind, id: party.id }, ...forQueue };
  const next = nextPlace(step, call, leg, whom, said);
  if (!next) return false;
  // That he is rung was decided before.
  const kept = queue === undefined ? {} : { queue, kept: true };
  step.note(call.id, 'call.leg-offered', { leg: next.id, to: next.party, attempt, ...kept });
  return true;
}

function nextPlace(step: Step, call: Call, leg: Leg, whom: AtMobile, said: Refused): Leg | undefined {
  const { mobile, shown } = leg;
  if (wasAsked(leg)) return undefined;
  if (mobile)
    return mayGoRound(step, leg, said.cause, said.sip)
      ? byNextLine(step, call, whom, { ...mobile, callerId: shown })
      : undefined;
  const ringsElsewhere = Object.values(call.legs).some(({ person }) => person === whom.person);
  return said.reason === 'unreachable' && !ringsElsewhere ? ringMobile(step, call, whom) : undefined;
}

/** Somebody, or something, has answered. True while it is asked: nobody is joined with it yet. */
export function isAsked(step: Step, call: Call, leg: Leg): boolean {
  const { mobile } = leg;
  if (!mobile || mobile.taken || leg.dropped !== undefined || call.ending) return false;
  const playback = nextPlayback(call);
  const question = { kind: 'prompt', name: QUESTION } as const;
  const { askAt: _, ...rest } = leg;
  call.legs[leg.id] = { ...rest, until: step.now + ASK_MS, mobile: { ...mobile, asked: playback } };
  step.effect({ do: 'play', channel: leg.id, playback, prompts: [question, question, question] });
  step.note(call.id, 'call.leg-asked', { leg: leg.id });
  return true;
}

/** It was answered there, and hung up without the digit: a mailbox that has come to its end, or one who does not want the call. He has missed it. */
export const wasAsked = ({ mobile }: Leg): boolean => mobile?.asked !== undefined && mobile.taken !== true;

/** Gives the leg as it is once he has taken the call; undefined for what says nothing. */
export function taken(step: Step, call: Call, leg: Leg, digit: string): Leg | undefined {
  const { mobile } = leg;
  if (mobile?.asked === undefined || mobile.taken || digit !== TAKES) return undefined;
  step.effect({ do: 'stop-playing', playback: mobile.asked });
  const his: Leg = { ...leg, mobile: { ...mobile, taken: true } };
  call.legs[leg.id] = his;
  return his;
}

/** Whether a mobile can be reached nobody knows before it was rung: who has one is there. */
export function mobilesThere(step: Step): void {
  for (const { id, mobile, agent } of Object.values(step.branch.people))
    if (agent && mobile !== undefined && step.acdState.agents[id]?.reachable !== true)
      step.tellAcd({ type: 'reachable', agent: id, reachable: true });
}
