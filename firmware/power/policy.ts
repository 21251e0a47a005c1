/**
 * What is done while the branch runs on battery: `(state, event, now, rules) -> (state, effects)`. Actions are begun in the
 * document's order, each once in an outage, and undone in the opposite order when the mains are back. After 'drain', 'shut-down' waits
 * for the last call, until the battery leaves no choice.
 */
import type { PowerStep } from '@branchline/contracts/branch/power';
import type { PowerAction } from '@branchline/contracts/power';
import type { Supply } from './supply.ts';

/** An action of the document, or a load that is switched off. */
export type PolicyAction = PowerAction | PowerDown;
export type PowerDown = `${typeof POWER_DOWN}${string}`;
const POWER_DOWN = 'power-down ';

export const isPowerDown = (action: PolicyAction): action is PowerDown => action.startsWith(POWER_DOWN);
/** The load that it switches off. */
export const loadOf = (action: PowerDown): string => action.slice(POWER_DOWN.length);

export interface PolicyState {
  readonly supply: Supply;
  /** Of `supply.state`. */
  readonly since: number;
  /** When the present outage began; undefined on mains. */
  readonly outageSince?: number;
  readonly calls: number;
  /** In the order in which they were begun. */
  readonly begun: readonly { readonly action: PolicyAction; readonly at: number }[];
}

export interface PolicyRules {
  readonly steps: readonly PowerStep[];
  readonly lastCallMs: number;
  readonly homeAfterMs: number;
  /** The machine is on its way down, and nothing calls it back. */
  readonly leaving?: boolean;
}

export type PolicyEvent =
  | { readonly type: 'supply'; readonly supply: Supply }
  /** So many calls are in progress. */
  | { readonly type: 'calls'; readonly calls: number }
  | { readonly type: 'tick' };

export interface PolicyEffect {
  readonly do: 'begin' | 'undo';
  readonly action: PolicyAction;
}

export interface PolicyStep {
  readonly state: PolicyState;
  readonly effects: readonly PolicyEffect[];
}

/** What outlives the service. */
export type KeptPolicy = Pick<PolicyState, 'begun' | 'outageSince'>;

/** How long a battery is taken to last of which nothing is known, ms. */
const UNTOLD_MS = 10 * 60_000;
/** How long the box stays up with calls in progress once the battery is low, ms. */
export const LOW_STAYS_MS = 60_000;
/** A machine that was to go down and is still up after so long stays up, ms. */
export const LEAVE_MS = 5 * 60_000;

/** @param rebooted the machine was down meanwhile: the box is up again, and all else of the outage stands until it is undone. */
export function newPolicy(now: number, kept?: KeptPolicy, rebooted = false): PolicyState {
  const base = { supply: { state: 'unknown' }, since: now, calls: 0, begun: [] } as const;
  if (!kept) return base;
  const begun = kept.begun.filter(({ action }) => !(rebooted && action === 'shut-down'));
  return { ...base, ...kept, begun };
}

export function policyStep(
  policy: PolicyState,
  event: PolicyEvent,
  now: number,
  rules: PolicyRules,
): PolicyStep {
  const told = take(policy, event, now);
  switch (told.supply.state) {
    // Who does not know leaves things as they are.
    case 'unknown':
      return { state: told, effects: [] };
    case 'mains':
      return undo(told, now, rules);
    default:
      return told.supply.settling ? { state: told, effects: [] } : begin(told, now, rules);
  }
}

/** When time alone brings something about, ms since 1970. */
export function policyDue(policy: PolicyState, now: number, rules: PolicyRules): number | undefined {
  const { supply, since, begun } = policy;
  if (supply.state === 'mains') {
    const stays = staysAt(policy, rules);
    if (stays !== undefined && now < stays) return stays;
    return begun.length > 0 ? since + rules.homeAfterMs : undefined;
  }
  // The time left shrinks by the second, heard or not.
  return supply.state === 'unknown' ? undefined : now + 1_000;
}

function take(policy: PolicyState, event: PolicyEvent, now: number): PolicyState {
  if (event.type === 'calls') return { ...policy, calls: event.calls };
  if (event.type === 'tick') return policy;
  const { supply } = event;
  const since = supply.state === policy.supply.state ? policy.since : now;
  const told = { ...policy, supply, since };
  if (supply.state === 'battery' || supply.state === 'low')
    return { ...told, outageSince: policy.outageSince ?? now };
  if (supply.state === 'unknown') return told;
  const { outageSince: _, ...over } = told;
  return over;
}

function begin(policy: PolicyState, now: number, rules: PolicyRules): PolicyStep {
  const wanted = rules.steps.flatMap((step) => actionsOf(step).map((action) => ({ action, step })));
  let state = policy;
  const effects: PolicyEffect[] = [];
  for (const { action, step } of wanted) {
    if (has(state, action)) continue;
    if (!isDue(state, action, step, now, rules)) break;
    state = { ...state, begun: [...state.begun, { action, at: now }] };
    effects.push({ do: 'begin', action });
  }
  return { state, effects };
}

function isDue(
  policy: PolicyState,
  action: PolicyAction,
  { belowMs }: PowerStep,
  now: number,
  rules: PolicyRules,
): boolean {
  const left = leftMs(policy, now);
  const isLow = policy.supply.state === 'low';
  const reached = isLow || belowMs === undefined || left <= belowMs;
  if (action !== 'shut-down') return reached;
  if (policy.calls === 0 || !has(policy, 'drain')) return reached;
  return left <= rules.lastCallMs || (isLow && now - policy.since >= LOW_STAYS_MS);
}

/** Since when it was told is not asked: a UPS is asked every few seconds, and one that falls silent counts as low. */
function leftMs({ supply, outageSince }: PolicyState, now: number): number {
  return supply.leftMs ?? Math.max(0, UNTOLD_MS - (now - (outageSince ?? now)));
}

/** In the order in which they are taken: loads go off before the box does. */
export function actionsOf(step: PowerStep): PolicyAction[] {
  const loads = (step.powerDown ?? []).map((load): PolicyAction => `${POWER_DOWN}${load}`);
  const before = step.do.filter((action) => action !== 'shut-down');
  return [...before, ...loads, ...(before.length < step.do.length ? (['shut-down'] as const) : [])];
}

/** When a machine on its way down is held to have stayed up; undefined for one that does not go. */
function staysAt({ begun }: PolicyState, { leaving }: PolicyRules): number | undefined {
  const down = leaving ? begun.find(({ action }) => action === 'shut-down') : undefined;
  return down && down.at + LEAVE_MS;
}

/**
 * A load does not wait for numbers to come home. While the machine goes down nothing is taken back: a UPS that were told to stay on
 * would leave it down, on mains, until somebody comes.
 */
function undo(policy: PolicyState, now: number, rules: PolicyRules): PolicyStep {
  const stays = staysAt(policy, rules);
  if (stays !== undefined && now < stays) return { state: policy, effects: [] };
  let state = policy;
  const effects: PolicyEffect[] = [];
  let held = false;
  for (const { action } of [...policy.begun].reverse()) {
    held ||= action === 'move-numbers-to-cloud' && now - policy.since < rules.homeAfterMs;
    if (held && !isPowerDown(action)) continue;
    state = { ...state, begun: state.begun.filter((one) => one.action !== action) };
    effects.push({ do: 'undo', action });
  }
  return { state, effects };
}

const has = ({ begun }: PolicyState, action: PolicyAction): boolean =>
  begun.some((one) => one.action === action);
