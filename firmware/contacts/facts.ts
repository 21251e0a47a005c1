/** The branch as lamps and relay are told it. Pure. */
import type { HealthReport } from '@branchline/contracts/health';
import type { OpenAlarm } from '../health/alarm-state.ts';
import type { BranchFacts } from './lamps.ts';

export interface FactSources {
  readonly engine: HealthReport['engine']['state'];
  readonly trunks: readonly { readonly state: string }[];
  readonly alarms: readonly Pick<OpenAlarm, 'code' | 'severity' | 'acknowledged' | 'window'>[];
  /** Undefined for a box without headquarters. */
  readonly connected?: boolean;
  readonly power?: BranchFacts['power'];
}

export function factsOf({ engine, trunks, alarms, connected, power }: FactSources): BranchFacts {
  const out = trunks.some(({ state }) => state === 'down' || state === 'degraded');
  return {
    serving: engine !== 'up' ? 'no' : out ? 'partly' : 'fully',
    alarm: alarmOf(alarms),
    sought: alarms.some(({ code }) => code === 'identify'),
    uplink: connected === undefined ? 'alone' : connected ? 'up' : 'down',
    ...(power === undefined ? {} : { power }),
  };
}

/** One that a maintenance window keeps quiet shows on no lamp; one that says only how things are neither. */
function alarmOf(alarms: FactSources['alarms']): BranchFacts['alarm'] {
  const shown = alarms.filter(({ severity, window }) => severity !== 'info' && window === null);
  const fresh = shown.filter(({ acknowledged }) => acknowledged === null);
  if (fresh.some(({ severity }) => severity === 'critical')) return 'critical';
  return fresh.length > 0 ? 'open' : shown.length > 0 ? 'seen' : 'none';
}
