/** Whether a call may leave the branch, by which lines, and what its minutes come to: the fraud brake, asked with what is in progress. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { EventBody } from '@branchline/contracts/ledger';
import { isSpent, type Running } from '../routing/brake.ts';
import { foreignPrefix } from '../routing/numbering.ts';
import { outgoingPlan, type Asker, type DialledOutside, type OutgoingPlan } from '../routing/outgoing.ts';
import { brakePlan } from './brake-plan.ts';
import { CAUSE } from './events.ts';
import type { Call, Onward } from './state.ts';
import type { Step } from './step.ts';

type Planned = Extract<OutgoingPlan, { ok: true }>;
export type Denied = Pick<EventBody<'call.denied'>, 'because' | 'detail'>;
export type Permit =
  { readonly ok: true; readonly plan: Planned } | { readonly ok: false; readonly denied: Denied };

/** Who asks: his extension is counted for; nothing of the branch's own is. */
export type Asking = Pick<Asker, 'person' | 'written' | 'queue'> & { readonly extension?: string };

export function permit(step: Step, dialled: DialledOutside, { extension, ...asker }: Asking): Permit {
  const { branch, now, worths } = step;
  const plan = outgoingPlan(branch, dialled, { ...asker, now, worths });
  if (!plan.ok) return { ok: false, denied: { because: plan.because } };
  if (plan.class === 'emergency') return { ok: true, plan };
  const trunks = plan.trunks.filter((trunk) => {
    const used = running(step, ({ out }) => out?.trunk === trunk);
    return !isSpent(step.brake, trunk, used, now, brakePlan(branch));
  });
  if (trunks.length === 0) return { ok: false, denied: { because: 'cost', detail: plan.trunks.join(', ') } };
  const denied = extension === undefined ? undefined : braked(step, dialled, extension);
  return denied ? { ok: false, denied } : { ok: true, plan: { ...plan, trunks } };
}

function braked(
  step: Step,
  { class: wanted, number }: DialledOutside,
  extension: string,
): Denied | undefined {
  const abroad = wanted === 'international' || wanted === 'premium';
  const { denied, stopped } = step.tellBrake({
    type: 'asked',
    extension,
    class: wanted,
    ...(abroad ? { prefix: foreignPrefix(number) } : {}),
    running: running(step, ({ out }) => out?.extension === extension),
  });
  if (stopped) {
    const { detail } = stopped;
    step.note(undefined, 'brake.stopped', { extension, because: 'new-prefixes', detail });
    step.effect({ do: 'raise-alarm', code: 'extension-stopped', subject: extension, detail });
  }
  return denied;
}

/** What the calls in progress that fit have come to. */
function running(step: Step, fits: (call: Readonly<Call>) => boolean): Running {
  const calls = step
    .callIds()
    .flatMap((id) => step.peek(id) ?? [])
    .filter((call) => call.out !== undefined && !call.ending && fits(call));
  const none = { calls: 0, talkMs: 0, internationalMs: 0, cost: 0 };
  return calls.reduce((sum, call) => {
    const talkMs = talkOf(call, step.now);
    const abroad = call.out?.class === 'international' || call.out?.class === 'premium';
    return {
      calls: sum.calls + 1,
      talkMs: sum.talkMs + talkMs,
      internationalMs: sum.internationalMs + (abroad ? talkMs : 0),
      cost: sum.cost + costOf(step.branch, call, talkMs),
    };
  }, none);
}

/** Since the call left the branch. */
const talkOf = (call: Readonly<Call>, now: number): number =>
  Math.max(0, talkedBy(call, now) - (call.out?.talkedBefore ?? 0));

const talkedBy = ({ talkedMs, talkingSince }: Readonly<Call>, now: number): number =>
  talkedMs + (talkingSince === undefined ? 0 : Math.max(0, now - talkingSince));

/** Each begun minute is paid for, as carriers count. */
function costOf(branch: Branch, { out }: Readonly<Call>, talkMs: number): number {
  const { trunk = '', class: wanted } = out ?? {};
  if (wanted === undefined || wanted === 'emergency') return 0;
  return Math.ceil(talkMs / 60_000) * (branch.trunks[trunk]?.cost[wanted] ?? 0);
}

/** A call is at its end: what it has come to is counted from now on, also over a restart. */
export function countOut(step: Step, call: Call): void {
  const { out } = call;
  const talkMs = talkOf(call, step.now);
  if (!out || out.class === 'emergency' || talkMs === 0) return;
  const { extension, trunk } = out;
  step.tellBrake({
    type: 'ended',
    class: out.class,
    talkMs,
    cost: costOf(step.branch, call, talkMs),
    ...(extension === undefined ? {} : { extension }),
    ...(trunk === undefined ? {} : { trunk }),
  });
}

/** An operator lets the extension call out again. */
export function releaseExtension(step: Step, extension: string, by: string): void {
  const { released } = step.tellBrake({ type: 'released', extension });
  if (released !== true) return;
  step.note(undefined, 'brake.released', { extension, by });
  step.effect({ do: 'clear-alarm', code: 'extension-stopped', subject: extension });
}

/** From here on it is a call to the outside: how it was routed is entered, and its minutes are counted. */
export function leaving(step: Step, call: Call, plan: Planned, extension?: string): Onward {
  const { number, dialled, trunks, callerId, preempt, route } = plan;
  step.note(call.id, 'call.routed', {
    class: plan.class,
    number,
    trunks: [...trunks],
    ...(route === undefined ? {} : { route: route + 1 }),
  });
  const talkedBefore = talkedBy(call, step.now);
  call.out = { class: plan.class, number, talkedBefore, ...(extension === undefined ? {} : { extension }) };
  return {
    kind: 'outside',
    number,
    class: plan.class,
    trunks,
    ...(dialled === undefined ? {} : { dialled }),
    ...(callerId === undefined ? {} : { callerId }),
    ...(preempt === undefined ? {} : { preempt }),
  };
}

export function noteDenied(
  step: Step,
  call: Call,
  { class: wanted, number }: DialledOutside,
  denied: Denied,
): void {
  step.note(call.id, 'call.denied', { class: wanted, number, ...denied });
}

export const causeOfDenial = ({ because }: Denied): number =>
  because === 'no-route' ? CAUSE.noRoute : because === 'power' ? CAUSE.congestion : CAUSE.notAllowed;
