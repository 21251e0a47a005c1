/** A channel arrives: from a gateway with a dialled number, or from a phone with dialled digits. */
import type { InboundNumber } from '@branchline/contracts/branch/model';
import type { Destination } from '@branchline/contracts/branch/values';
import type { EventBody, Party } from '@branchline/contracts/ledger';
import { isOpen } from '../flows/hours.ts';
import { fullNumber, numberDialled, trunkOf } from '../routing/incoming.ts';
import { classify, type Dialled, type DialledOutside } from '../routing/outgoing.ts';
import { CAUSE, type CallEvent } from './events.ts';
import { dropAnchor, occupy, personAt } from './ending.ts';
import { go, goTo } from './going.ts';
import { takeParked } from './parking.ts';
import { tellFrontDesk } from './front-desk.ts';
import { causeOfDenial, leaving, noteDenied, permit, type Permit } from './permits.ts';
import { pickUp } from './pickup.ts';
import { starCode } from './star-codes.ts';
import type { Call } from './state.ts';
import type { Step } from './step.ts';

type Arrived = Extract<CallEvent, { type: 'arrived' }>;

export function arrived(step: Step, event: Arrived): void {
  if (step.callOf(event.channel)) return;
  if (event.from.kind === 'gateway') fromGateway(step, event);
  else fromPhone(step, event);
}

function fromGateway(step: Step, event: Arrived): void {
  const number = numberDialled(step.branch, event.dialled);
  const trunk = trunkOf(step.branch, event.from.name, number?.number);
  const caller =
    event.callerNumber === '' ? 'anonymous' : fullNumber(step.branch.site.country, event.callerNumber);
  const party: Party = { kind: 'caller', id: caller, ...(trunk === undefined ? {} : { via: trunk }) };
  const customer = caller === 'anonymous' ? {} : { customer: caller };
  const call = begin(step, event, 'in', party, {
    ...customer,
    ...(number === undefined ? {} : { number: number.name }),
    ...(trunk === undefined ? {} : { trunk }),
  });
  const isOver = trunk !== undefined && turnedAway(step, call, trunk);
  if (!isOver && step.refusing) return turnAway(step, call, trunk ?? event.from.name, 'power');
  if (!isOver && step.passing) return turnAway(step, call, trunk ?? event.from.name, 'passed-on');
  if (isOver) return;
  if (number) goTo(step, call, destinationNow(step, number));
  else dropAnchor(step, call, CAUSE.unallocated, 'branch');
}

/** One more than the line may bring, and all of a line that is busied out: refused so that its network tries the next. Q.850 34 and 42, SIP 503. */
function turnedAway(step: Step, call: Call, trunk: string): boolean {
  if (step.worths[trunk] === 'refusing') {
    turnAway(step, call, trunk, 'busied-out', CAUSE.switchCongestion);
    return true;
  }
  const most = step.branch.trunks[trunk]?.mostIn;
  if (most === undefined) return false;
  const cameIn = step.callIds().filter((id) => {
    const other = step.peek(id);
    return other?.direction === 'in' && other.trunk === trunk && !other.anchor.gone && !other.ending;
  });
  if (cameIn.length <= most) return false;
  turnAway(step, call, trunk, 'line-limit');
  return true;
}

/** Its network may have another way to the same number. */
function turnAway(
  step: Step,
  call: Call,
  trunk: string,
  because: EventBody<'call.turned-away'>['because'],
  cause: number = CAUSE.congestion,
): void {
  step.note(call.id, 'call.turned-away', { trunk, because, cause });
  dropAnchor(step, call, cause, 'branch');
}

function destinationNow({ branch, now }: Step, { to, during, otherwise }: InboundNumber): Destination {
  const hours = branch.hours[during ?? ''];
  if (!hours || !otherwise || isOpen(hours, branch.site.timezone, now)) return to;
  return otherwise;
}

function fromPhone(step: Step, event: Arrived): void {
  const person = personAt(step.branch, event.from.name);
  const owner = person === undefined ? undefined : step.branch.people[person];
  const dialled = classify(step.branch, event.dialled);
  const party: Party = { kind: 'extension', id: owner?.extension ?? event.from.name, via: event.from.name };
  const direction = dialled.kind === 'outside' ? 'out' : 'internal';
  const emergency = dialled.kind === 'outside' && dialled.class === 'emergency';
  const call = begin(step, event, direction, party, {
    emergency,
    ...(person === undefined ? {} : { person }),
  });
  if (person !== undefined) occupy(step, call, person);
  onward(step, call, dialled, person);
}

function onward(step: Step, call: Call, dialled: Dialled, person: string | undefined): void {
  switch (dialled.kind) {
    case 'extension':
      return go(step, call, { kind: 'extension', name: dialled.extension });
    case 'star':
      return starCode(step, call, dialled.code, person);
    case 'slot':
      return takeParked(step, call, dialled.slot);
    case 'pickup':
      return pickUp(step, call, dialled.extension);
    case 'unknown':
      return dropAnchor(step, call, CAUSE.unallocated, 'branch');
    case 'outside':
      return callOut(step, call, dialled, person);
  }
}

/** His extension is counted for; the telephone, where nobody has it. */
function callOut(step: Step, call: Call, dialled: DialledOutside, person: string | undefined): void {
  const owner = person === undefined ? undefined : step.branch.people[person];
  const extension = call.anchor.party.id;
  const permitted: Permit =
    step.refusing && dialled.class !== 'emergency'
      ? { ok: false, denied: { because: 'power' } }
      : permit(step, dialled, { extension, ...(owner === undefined ? {} : { person: owner }) });
  if (!permitted.ok) {
    noteDenied(step, call, dialled, permitted.denied);
    return dropAnchor(step, call, causeOfDenial(permitted.denied), 'branch');
  }
  if (permitted.plan.class === 'emergency') tellFrontDesk(step, call);
  go(step, call, leaving(step, call, permitted.plan, extension));
}

function begin(
  step: Step,
  event: Arrived,
  direction: Call['direction'],
  party: Party,
  more: { number?: string; trunk?: string; emergency?: boolean; person?: string; customer?: string },
): Call {
  const { person, customer, emergency = false, ...known } = more;
  const call = step.begin({
    id: event.channel,
    direction,
    dialled: event.dialled,
    emergency,
    ...known,
    ...(customer === undefined ? {} : { customer }),
    offeredAt: step.now,
    anchor: {
      channel: event.channel,
      party,
      answered: false,
      gone: false,
      ...(event.from.kind === 'phone' ? { phone: event.from.name } : {}),
      ...(person === undefined ? {} : { person }),
    },
    stage: { at: 'arriving' },
    stageSince: step.now,
    legs: {},
    bridged: false,
    nextLeg: firstNumber(step),
    nextPlayback: firstNumber(step),
    talkedMs: 0,
  });
  step.note(call.id, 'call.offered', {
    direction,
    from: party,
    dialled: event.dialled,
    ...known,
    ...(emergency ? { emergency } : {}),
  });
  return call;
}

/**
 * Where a call begins to number its legs and playbacks. A call that is taken in a second time, as its first record was
 * lost with a kill, must not use the names of before: the engine may still have them, and refuses a name twice.
 */
export const firstNumber = ({ now }: Step): number => now % 1_000_000_000;
