/** The branch's power as the page and headquarters are told it. Pure. */
import type { PowerStep } from '@branchline/contracts/branch/power';
import type { LoadHealth, PowerHealth, UpsHealth } from '@branchline/contracts/power';
import { batteryHealth, chargeOf, isWorn } from './battery.ts';
import { actionsOf, type PolicyState } from './policy.ts';
import type { UpsState } from './ups-state.ts';

export function powerHealth(
  ups: ReadonlyMap<string, UpsState>,
  policy: PolicyState,
  steps: readonly PowerStep[],
  now: number,
  loads?: LoadHealth[],
): PowerHealth {
  const { supply, begun } = policy;
  const onBattery = supply.state === 'battery' || supply.state === 'low';
  const leftMs = onBattery ? supply.leftMs : undefined;
  return {
    state: supply.state,
    // A battery that is low has been on since the mains were gone.
    since: iso((onBattery ? policy.outageSince : undefined) ?? policy.since),
    minutesLeft: leftMs === undefined ? null : minutes(leftMs),
    ups: [...ups].map(([name, state]) => upsHealth(name, state)),
    steps: steps.map((step) => {
      const actions = actionsOf(step);
      const done = begun.filter(({ action }) => actions.includes(action));
      const whole = done.length === actions.length;
      const expected =
        leftMs === undefined ? undefined : now + Math.max(0, leftMs - (step.belowMs ?? Infinity));
      const at = whole ? done.at(-1)?.at : expected;
      return {
        do: [...step.do],
        ...(step.powerDown && { powerDown: [...step.powerDown] }),
        belowMinutes: step.belowMs === undefined ? null : step.belowMs / 60_000,
        state: whole ? 'begun' : 'ahead',
        at: at === undefined ? null : iso(at),
      };
    }),
    ...(loads && { loads }),
    asks: begun.some(({ action }) => action === 'move-numbers-to-cloud') ? ['take-numbers'] : [],
  };
}

function upsHealth(name: string, ups: UpsState): UpsHealth {
  const { reading, silent, left, settling, battery } = ups;
  const charge = reading && chargeOf(reading);
  return {
    name,
    state: ups.state,
    since: iso(ups.since),
    minutesLeft: left && !silent ? minutes(left.ms) : null,
    minutesBy: left && !silent ? left.by : null,
    loadPercent: reading?.loadPercent ?? null,
    chargePercent: charge === undefined ? null : Math.round(charge),
    batteryV: reading?.batteryV ?? null,
    inputV: reading?.inputV ?? null,
    overload: ups.overload,
    replaceBattery: wantsBattery(ups),
    batteryHealthPercent: batteryHealth(battery) ?? null,
    trials: battery.trials.map(({ at, ...trial }) => ({ ...trial, at: iso(at) })),
    ...(silent ? { because: silent.because } : {}),
    ...(settling ? { settlingUntil: iso(settling.until) } : {}),
  };
}

/** By its own word, or by what its battery has shown. */
export const wantsBattery = ({ reading, battery }: UpsState): boolean =>
  reading?.replaceBattery === true || isWorn(battery);

const minutes = (ms: number): number => Math.round(ms / 6_000) / 10;
const iso = (ms: number): string => new Date(ms).toISOString();
