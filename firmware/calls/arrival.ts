/** A channel arrives: from a gateway with a dialled number, or from a phone with dialled digits. */
import type { Party } from '@branchline/contracts/ledger';
import { fullNumber, numberDialled, trunkOf } from '../routing/incoming.ts';
import { classify, outgoingPlan, type Dialled } from '../routing/outgoing.ts';
import { CAUSE, type CallEvent } from './events.ts';
import { dropAnchor, occupy, personAt } from './ending.ts';
import { go, goTo } from './going.ts';
import { takeParked } from './parking.ts';
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
  if (number) goTo(step, call, number.to);
  else dropAnchor(step, call, CAUSE.unallocated, 'branch');
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
  onward(step, call, dialled, person, owner?.groups ?? []);
}

function onward(
  step: Step,
  call: Call,
  dialled: Dialled,
  person: string | undefined,
  groups: readonly string[],
): void {
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
    case 'outside': {
      const plan = outgoingPlan(step.branch, dialled, groups);
      if (!plan.ok)
        return dropAnchor(
          step,
          call,
          plan.because === 'not-allowed' ? CAUSE.notAllowed : CAUSE.noRoute,
          'branch',
        );
      if (plan.class === 'emergency') tellFrontDesk(step, call);
      const callerId = plan.callerId === undefined ? {} : { callerId: plan.callerId };
      return go(step, call, { kind: 'outside', number: plan.number, trunks: plan.trunks, ...callerId });
    }
  }
}

function tellFrontDesk(step: Step, call: Call): void {
  const detail = `${call.anchor.party.id} called ${call.dialled}; to be told: ${step.branch.site.emergencyNotify.join(', ') || 'nobody named'}`;
  step.effect({ do: 'raise-alarm', code: 'emergency-call', subject: call.id, detail });
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
