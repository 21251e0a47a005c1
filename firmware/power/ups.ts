/**
 * The state of one UPS: `(state, event, now, rules) -> (state, effects)`. Losing the mains is believed at once, their return
 * after they have stayed; so mains that come and go make one outage. Drawn in docs/power.md.
 */
import { beginDischarge, goOn, learn, resume, timeLeft, type Discharge } from './battery.ts';
import type { UpsReading } from './reading.ts';
import type { KeptUps, UpsEffect, UpsEvent, UpsRules, UpsState, UpsStep } from './ups-state.ts';

/** Mains must stay so long to be believed, ms; doubled with each fall within FORGET_MS. */
export const SETTLE_MS = 10_000;
export const LONGEST_SETTLE_MS = 160_000;
const FORGET_MS = 10 * 60_000;
/** With less left the battery is low, whether the UPS says so or not, ms. */
export const LOW_MS = 90_000;
/** Overload is over when it was not there for so long, ms. */
const EASED_MS = 60_000;
/** A test that the UPS never showed is over, ms; and one that it shows for longer is none. */
const TEST_UNSEEN_MS = 20_000;
const TEST_LONGEST_MS = 30 * 60_000;
/** What is told as overload, percent, where the UPS has no word for it. */
const OVERLOAD_PERCENT = 100;
/** An outage, or a test, drains: so long after it no test is made, ms. */
const REST_MS = 24 * 60 * 60_000;

/** @param bootedAt when the machine started: a discharge that was going on before it began ended with the battery. */
export function newUps(now: number, kept?: KeptUps, bootedAt = now): UpsStep {
  const { discharge, ...known } = kept ?? { battery: { trials: [] } };
  const base: UpsState = { ...known, state: 'unknown', since: now, falls: 0, overload: false };
  if (!discharge) return { state: base, effects: [] };
  if (bootedAt <= discharge.lastAt) return { state: { ...base, discharge }, effects: [] };
  const verdict = discharge.paused ? 'measured' : 'died-early';
  return tried(base, discharge, verdict, Math.max(discharge.lastAt, bootedAt));
}

/** The box goes down as the policy says: what the battery gave until now is no early death. */
export function orderlyEnd(ups: UpsState, now: number): UpsStep {
  if (!ups.discharge) return { state: ups, effects: [] };
  const { state, effects } = tried(ups, ups.discharge, 'measured', now);
  return { state: { ...state, told: true }, effects };
}

export function upsStep(ups: UpsState, event: UpsEvent, now: number, rules: UpsRules): UpsStep {
  const heard = hear(ups, event, now, rules);
  const settled = place(heard.state, now);
  const tested = finishTest(settled.state, now);
  const asked = askForTest(tested.state, event, now, rules);
  return {
    state: asked.state,
    effects: [...heard.effects, ...settled.effects, ...tested.effects, ...asked.effects],
  };
}

/** When time alone brings something about, ms since 1970. */
export function upsDue(ups: UpsState): number | undefined {
  const dues = [
    ups.settling?.until,
    ups.easedAt === undefined ? undefined : ups.easedAt + EASED_MS,
    ups.testing && ups.testing.since + (ups.testing.seen ? TEST_LONGEST_MS : TEST_UNSEEN_MS),
  ].filter((due) => due !== undefined);
  return dues.length > 0 ? Math.min(...dues) : undefined;
}

function hear(ups: UpsState, event: UpsEvent, now: number, rules: UpsRules): UpsStep {
  if (event.type === 'silent') {
    const { since = now } = ups.silent ?? {};
    return { state: { ...ups, silent: { because: event.because, since } }, effects: [] };
  }
  if (event.type !== 'reading') return { state: ups, effects: [] };
  const { silent: _, ...rest } = ups;
  const { reading } = event;
  const eased = overloadOf({ ...rest, reading }, now);
  const flowing = discharged(eased, reading, now);
  const left = timeLeft(flowing.state.battery, rules.battery, reading, flowing.state.discharge);
  const { left: _left, ...without } = flowing.state;
  return { state: left ? { ...without, left } : without, effects: flowing.effects };
}

/** A test lets the battery carry the load while the mains are there. */
const isOutage = (ups: UpsState, reading: UpsReading): boolean => {
  if (reading.onMains) return false;
  const { inputV, nominalInputV = 0 } = reading;
  const isFed = inputV !== undefined && inputV > nominalInputV / 2 && inputV > 50;
  return !((ups.testing !== undefined || reading.testing) && isFed);
};

/** An outage is over when the mains are believed again (`place`), a test when the UPS shows it no more. */
function discharged(ups: UpsState, reading: UpsReading, now: number): UpsStep {
  const kind = isOutage(ups, reading) ? 'outage' : reading.testing ? 'test' : undefined;
  const { discharge } = ups;
  const as = (next: Discharge): UpsStep => ({ state: { ...ups, discharge: next }, effects: [] });
  if (discharge?.kind === 'outage') {
    if (kind !== 'outage') return as({ ...discharge, paused: true });
    return as(discharge.paused ? resume(discharge, reading, now) : goOn(discharge, reading, now));
  }
  if (discharge && kind === 'test') return as(goOn(discharge, reading, now));
  const over: UpsStep = discharge
    ? tried(ups, discharge, ups.testing?.trouble === true ? 'failed' : 'passed', now)
    : { state: ups, effects: [] };
  if (kind === undefined || (kind === 'outage' && ups.told)) return over;
  return { ...over, state: { ...over.state, discharge: beginDischarge(kind, reading, now) } };
}

function tried(
  ups: UpsState,
  discharge: Discharge,
  verdict: 'passed' | 'failed' | 'measured' | 'died-early',
  now: number,
): UpsStep {
  const { battery, trial } = learn(ups.battery, discharge, verdict, now);
  const { discharge: _, testing, ...rest } = ups;
  const isTest = discharge.kind === 'test';
  const state: UpsState = {
    ...rest,
    battery,
    // One that it makes by itself counts as well.
    ...(isTest && !testing ? { lastTestAt: now } : {}),
    ...(!isTest && testing ? { testing } : {}),
  };
  const { at: _at, ...told } = trial;
  return { state, effects: [{ do: 'tried', ...told }] };
}

function overloadOf(ups: UpsState & { readonly reading: UpsReading }, now: number): UpsState {
  const { easedAt, ...rest } = ups;
  const { overload, loadPercent = 0 } = ups.reading;
  if (overload || loadPercent > OVERLOAD_PERCENT) return { ...rest, overload: true };
  if (!ups.overload) return rest;
  const since = easedAt ?? now;
  return now - since >= EASED_MS ? { ...rest, overload: false } : { ...rest, easedAt: since };
}

/** Where it stands, by all that was heard. */
function place(ups: UpsState, now: number): UpsStep {
  const { reading, silent } = ups;
  if (!reading) return silent ? to(ups, 'lost', now, silent.because) : { state: ups, effects: [] };
  const out = isOutage(ups, reading);
  if (silent) {
    const onBattery = out || (ups.state === 'low' && !ups.settling);
    return onBattery ? to(ups, 'low', now, silent.because) : to(without(ups), 'lost', now, silent.because);
  }
  if (out) return onBattery(without(ups), now);
  if (ups.state !== 'battery' && ups.state !== 'low')
    return ups.discharge?.kind === 'outage' ? back(ups, now) : to(ups, 'mains', now);
  const settling = ups.settling ?? { since: now, until: now + settleMs(ups) };
  if (now < settling.until) return { state: { ...ups, settling }, effects: [] };
  return back(without(ups), now);
}

/** The mains are believed again. */
function back(ups: UpsState, now: number): UpsStep {
  const over = ups.discharge ? tried(ups, ups.discharge, 'measured', now) : { state: ups, effects: [] };
  const { told: _, ...fresh } = over.state;
  const step = to(fresh, 'mains', now);
  return { state: step.state, effects: [...step.effects, ...over.effects] };
}

function onBattery(ups: UpsState, now: number): UpsStep {
  const { reading, left } = ups;
  // Once it is low it stays so: a voltage that rises as the load falls gives no time back.
  const low = ups.state === 'low' || reading?.low === true || (left !== undefined && left.ms <= LOW_MS);
  const isFall = ups.state !== 'battery' && ups.state !== 'low';
  const fallen = isFall ? { ...ups, ...fall(ups, now) } : ups;
  return to(fallen, low ? 'low' : 'battery', now);
}

function fall({ falls, lastFallAt }: UpsState, now: number): Pick<UpsState, 'falls' | 'lastFallAt'> {
  const recent = lastFallAt !== undefined && now - lastFallAt <= FORGET_MS && now >= lastFallAt;
  return { falls: recent ? Math.min(falls + 1, 10) : 1, lastFallAt: now };
}

const settleMs = ({ falls }: UpsState): number =>
  Math.min(LONGEST_SETTLE_MS, SETTLE_MS * 2 ** Math.max(0, falls - 1));

function to(ups: UpsState, state: UpsState['state'], now: number, because?: string): UpsStep {
  if (ups.state === state) return { state: ups, effects: [] };
  const effect: UpsEffect = {
    do: 'changed',
    from: ups.state,
    to: state,
    lastedMs: Math.max(0, now - ups.since),
    ...(because === undefined ? {} : { because }),
  };
  return { state: { ...ups, state, since: now }, effects: [effect] };
}

function without({ settling: _, ...ups }: UpsState): UpsState {
  return ups;
}

/** A test that the UPS shows is judged when it shows it no more (`discharged`); one it never showed is over in silence. */
function finishTest(ups: UpsState, now: number): UpsStep {
  const { testing, reading } = ups;
  if (!testing) return { state: ups, effects: [] };
  const trouble = testing.trouble || reading?.low === true || reading?.failed === true;
  const seen = testing.seen || reading?.testing === true;
  const over = now - testing.since >= (seen ? TEST_LONGEST_MS : TEST_UNSEEN_MS);
  if (!over) return { state: { ...ups, testing: { ...testing, seen, trouble } }, effects: [] };
  const { testing: _, ...rest } = ups;
  // UPS that keep their tests to themselves are common: no trouble is a pass.
  const unseen = { since: testing.since, lastAt: now, kind: 'test', spent: 0 } as const;
  return tried(
    rest,
    ups.discharge?.kind === 'test' ? ups.discharge : unseen,
    trouble ? 'failed' : 'passed',
    now,
  );
}

function askForTest(ups: UpsState, event: UpsEvent, now: number, rules: UpsRules): UpsStep {
  const may = ups.state === 'mains' && !ups.silent && !ups.testing && !ups.discharge;
  if (!may || !(event.type === 'test' || isTestDue(ups, now, rules))) return { state: ups, effects: [] };
  const testing = { since: now, seen: false, trouble: false };
  return { state: { ...ups, testing, lastTestAt: now }, effects: [{ do: 'test' }] };
}

function isTestDue({ lastTestAt, lastFallAt, battery }: UpsState, now: number, rules: UpsRules): boolean {
  if (!rules.testOpen) return false;
  const lastOutage = Math.max(lastFallAt ?? -Infinity, battery.trials.at(-1)?.at ?? -Infinity);
  if (now - lastOutage < REST_MS) return false;
  return lastTestAt === undefined || now - lastTestAt >= rules.testEveryMs || lastTestAt > now;
}
