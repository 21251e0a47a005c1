/** The network as the page and headquarters are told of it. Pure. */
import type { Uplink } from '@branchline/contracts/branch/network';
import type { PathHealth, UplinkHealth } from '@branchline/contracts/network';
import type { PathState } from './path.ts';
import { costOf, rates, usedPercent, type Traffic, type Usage } from './traffic.ts';
import { becauseOf, type UplinkState } from './uplink-state.ts';
import { figuresOf } from './window.ts';

export function pathHealth(to: string, { condition, since, because, window }: PathState): PathHealth {
  return {
    to,
    state: condition,
    since: new Date(since).toISOString(),
    because: [...because],
    ...figuresOf(window),
  };
}

interface Known {
  readonly state: UplinkState;
  readonly traffic: Traffic;
  readonly usage: Usage | undefined;
  readonly chosen: boolean;
  readonly used: boolean;
}

export function uplinkHealth(uplink: Uplink, { state, traffic, usage, chosen, used }: Known): UplinkHealth {
  const { name, interface: device, kind, metered, price, capacity } = uplink;
  const { latencyMs, lossPercent } = figuresOf(state.path.window);
  const rate = rates(traffic);
  const percent = usedPercent(traffic, capacity);
  return {
    ...{ name, interface: device, kind, metered, latencyMs, lossPercent },
    state: state.condition,
    since: new Date(state.since).toISOString(),
    because: becauseOf(state),
    downMbps: rate && round(rate.down, 2),
    upMbps: rate && round(rate.up, 2),
    usedPercent: percent === null ? null : round(percent, 0),
    month: usage ? monthOf(usage, price) : null,
    ...{ chosen, used },
  };
}

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;

const monthOf = (usage: Usage, price: Uplink['price']): UplinkHealth['month'] => ({
  name: usage.month,
  mb: round(usage.bytes / 1e6, 1),
  cost: costOf(usage, price),
  currency: price?.currency ?? null,
});
