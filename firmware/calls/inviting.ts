/** A number outside is called into a talk, by one line after the other; those who talk go on talking meanwhile. */
import type { Party } from '@branchline/contracts/ledger';
import type { Outside } from '../routing/dial-form.ts';
import { addLeg, OUTSIDE_RING_MS } from './legs.ts';
import { lineEndpoint, mayGoRound } from './lines-out.ts';
import type { Call, Leg } from './state.ts';
import type { Step } from './step.ts';
import { hasRoom } from './trunk-load.ts';

export interface Invited extends Pick<Leg, 'attempt' | 'shown'> {
  readonly to: Outside;
  readonly invitedBy: Party;
}

/** By the first of these lines that has room; the others are for when it cannot be had. False where there is none. */
export function ringInvited(step: Step, call: Call, whom: Invited, trunks: readonly string[]): boolean {
  const [name, ...untried] = trunks;
  if (name === undefined) return false;
  const trunk = step.branch.trunks[name];
  if (!trunk || !hasRoom(step, name)) return ringInvited(step, call, whom, untried);
  const { to, ...more } = whom;
  const { number, dialled, class: kind } = to;
  const party: Party = { kind: 'number', id: number, via: trunk.name };
  const endpoint = lineEndpoint(step.branch, trunk, to);
  const wanted = {
    number,
    ...(dialled === undefined ? {} : { dialled }),
    ...(kind === undefined ? {} : { class: kind }),
  };
  const leg = addLeg(step, call, endpoint, party, OUTSIDE_RING_MS, {
    ...more,
    invitation: { to: wanted, untried },
  });
  leg.askAt = step.now + trunk.patienceMs;
  step.note(call.id, 'call.leg-offered', { leg: leg.id, to: party, attempt: leg.attempt });
  return true;
}

/** The line could not be had: by the next, if the talk still goes on. */
export function inviteAgain(
  step: Step,
  call: Call,
  leg: Leg,
  { cause, sip }: { readonly cause: number; readonly sip: number | undefined },
): void {
  const { invitedBy, invitation, dropped, shown } = leg;
  const isLetGo = dropped !== undefined && dropped !== 'silent';
  const isOver = call.ending !== undefined || call.stage.at !== 'talking' || isLetGo;
  if (isOver || invitedBy === undefined || invitation === undefined || !mayGoRound(step, leg, cause, sip))
    return;
  const whom = { to: invitation.to, invitedBy, attempt: leg.attempt + 1 };
  ringInvited(step, call, { ...whom, ...(shown === undefined ? {} : { shown }) }, invitation.untried);
}
