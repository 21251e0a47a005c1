/** What of a trunk is an alarm. */
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { Gateway } from '@branchline/contracts/branch/model';
import type { SocketAddress } from '@branchline/contracts/branch/values';
import type { Alarms } from '../health/alarms.ts';
import type { TrunkTruth } from './truth-state.ts';
import { groundsText } from './trunk-view.ts';

const ALARMS = ['trunk-down', 'trunk-degraded'] as const satisfies readonly AlarmCode[];

export function tellAlarms(
  alarms: Alarms,
  name: string,
  truth: TrunkTruth,
  address: SocketAddress | undefined,
): void {
  const code = alarmOf(truth);
  if (code === 'as-it-was') return;
  for (const other of ALARMS) if (other !== code) alarms.clear(other, name);
  const at = address ? ` (${address.host}:${address.port})` : '';
  if (code) alarms.raise(code, name, groundsText(truth.because) + at);
}

/** A carrier's line is its own trunk, and no gateway that somebody could go to. */
export function tellGateway(alarms: Alarms, gateway: Gateway | undefined, answers: boolean): void {
  if (!gateway || gateway.line) return;
  const { name, address } = gateway;
  if (answers) alarms.clear('gateway-unreachable', name);
  else alarms.raise('gateway-unreachable', name, `OPTIONS ${address.host}:${address.port}`);
}

export function clearAlarms(alarms: Alarms, name: string): void {
  for (const code of ALARMS) alarms.clear(code, name);
}

/** What a trunk that comes back still lacks is no alarm: it shows its steps. Before anything is known an alarm stays as it was. */
function alarmOf({ state, returning }: TrunkTruth): (typeof ALARMS)[number] | undefined | 'as-it-was' {
  switch (state) {
    case 'down':
      return 'trunk-down';
    case 'degraded':
      return returning ? undefined : 'trunk-degraded';
    case 'unknown':
      return 'as-it-was';
    default:
      return undefined;
  }
}
