/** A working day: calls from outside, calls to outside and calls between desks, each a Poisson stream of its own. */
import type { DeskPhone } from '../phones/desk-phone.ts';
import { nationalForm } from '../pstn/numbers.ts';
import { SERVICES } from '../pstn/services.ts';
import type { LabPlan, TrafficPlan } from '../plan.ts';
import { createTimers } from '../timers.ts';
import { makeCall, callEndsOr, fateOf, type CallerScript } from './caller.ts';
import { exponentialMs, oneOf, pauseMs, type Random } from './chance.ts';
import { staff } from './people.ts';
import { reportOf, type CallReport, type Fate, type Tally } from './tally.ts';

export interface TrafficDeps {
  readonly plan: LabPlan;
  readonly traffic: TrafficPlan;
  /** Registered phones of the branch, in the order of the plan. */
  readonly phones: readonly DeskPhone[];
  /** Registered lines of the public network. */
  readonly subscribers: readonly DeskPhone[];
  readonly random: Random;
  readonly tally: Tally;
  /** A call could not even be tried. */
  readonly onFault: (error: unknown) => void;
}

/** How long a phone of the branch lets an outside party ring. */
const OUTGOING_PATIENCE_MS = 30_000;

/** Starts at once; the returned function ends it, and leaves calls that are up to whoever closes the phones. */
export function startTraffic(deps: TrafficDeps): () => void {
  const { plan, traffic, random } = deps;
  const timers = createTimers();
  const stream = (perMinute: number, act: () => Promise<void>): void => {
    if (perMinute <= 0) return;
    timers.after(pauseMs(perMinute, random), () => {
      act().catch(deps.onFault);
      stream(perMinute, act);
    });
  };
  const talkMs = traffic.talkMs;
  const ends = [
    ...deps.phones.flatMap((phone, at) => {
      const answerAfterMs = plan.phones[at]?.answerAfterMs;
      return answerAfterMs
        ? [staff(phone, { answerAfterMs, talkMs, endsCalls: 0.7 }, random, timers.after)]
        : [];
    }),
    ...deps.subscribers.map((line) => {
      const answerAfterMs = { least: 1_000, most: 6_000 };
      return staff(line, { answerAfterMs, talkMs, endsCalls: 0.5 }, random, timers.after);
    }),
  ];
  stream(traffic.callsPerMinute, () => callIn(deps, timers.after));
  stream(traffic.outgoingPerMinute, () => callFromDesk(deps, 'outgoing'));
  stream(traffic.internalPerMinute, () => callFromDesk(deps, 'internal'));
  return () => {
    timers.clear();
    for (const end of ends) end();
  };
}

async function callIn(deps: TrafficDeps, after: Parameters<typeof makeCall>[2]): Promise<void> {
  const { plan, traffic, random } = deps;
  const line = oneOf(deps.subscribers.filter(isFree), random);
  const number = oneOf(
    traffic.numbers.filter((each) => isInService(deps, each)),
    random,
  );
  if (!line || number === undefined) return;
  const impatient = random() < traffic.impatient;
  const digit = oneOf(traffic.digits, random);
  const script: CallerScript = {
    number: nationalForm(number, plan.pstn.country.code),
    ...(digit === undefined ? {} : { digit }),
    digitAfterMs: 2_000 + random() * 4_000,
    talkMs: traffic.talkMs.least + exponentialMs(2 * traffic.talkMs.mean, random),
    patienceMs: impatient ? 1_000 + random() * 9_000 : traffic.patienceMs,
    people: plan.phones.map(({ tone }) => tone),
  };
  deps.tally.note(await makeCall(line, script, after));
}

async function callFromDesk(deps: TrafficDeps, kind: 'outgoing' | 'internal'): Promise<void> {
  const { random, traffic } = deps;
  const phone = oneOf(deps.phones.filter(isFree), random);
  if (!phone) return;
  const number = kind === 'outgoing' ? somebodyOutside(deps) : somebodyInside(deps, phone);
  if (number === undefined) return;
  const call = await phone.call(number);
  let fate: Fate;
  try {
    await call.answered(OUTGOING_PATIENCE_MS);
    await callEndsOr(call, traffic.talkMs.least + exponentialMs(traffic.talkMs.mean, random));
    fate = 'talked';
  } catch {
    fate = fateOf(call);
  }
  await call.hangup().catch(() => undefined);
  const report: CallReport = { kind, from: phone.extension, to: number, fate, ...reportOf(call) };
  deps.tally.note(report);
}

const isFree = (phone: DeskPhone): boolean => phone.registered && phone.calls.length === 0;

function somebodyOutside({ plan, random }: TrafficDeps): string | undefined {
  const speaking = SERVICES.filter(({ kind }) => kind === 'speech' || kind === 'busy' || kind === 'late');
  const numbers = [...plan.subscribers, ...speaking].map(({ number }) => number);
  const number = oneOf(numbers, random);
  return number === undefined ? undefined : nationalForm(number, plan.pstn.country.code);
}

function somebodyInside({ plan, phones, random }: TrafficDeps, caller: DeskPhone): string | undefined {
  return oneOf(
    phones.filter(
      (phone) =>
        phone !== caller && phone.registered && boxOf(plan, phones, phone) === boxOf(plan, phones, caller),
    ),
    random,
  )?.extension;
}

const boxOf = (plan: LabPlan, phones: readonly DeskPhone[], phone: DeskPhone): string =>
  (plan.phones[phones.indexOf(phone)]?.box ?? plan.box).host;

/** Nobody has been told the number of a branch that has yet to open: one whose box knows none of its telephones. */
function isInService({ plan, phones }: TrafficDeps, number: string): boolean {
  const gateway = plan.gateways.find(({ numbers }) =>
    numbers.some(({ first, last }) => first <= number && number <= last && first.length === number.length),
  );
  if (!gateway?.box) return true;
  const { host } = gateway.box;
  return phones.some((phone) => phone.registered && boxOf(plan, phones, phone) === host);
}
