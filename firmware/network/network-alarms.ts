/** What of the network is an alarm. Pure. */
import { coded } from '@branchline/contracts/alarm-detail';
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { PathReason, UplinkHealth } from '@branchline/contracts/network';
import type { PathState } from './path.ts';
import { figuresOf } from './window.ts';

export interface Told {
  raise(code: AlarmCode, subject: string, detail?: string): void;
  clear(code: AlarmCode, subject: string): void;
}

/** That a far end cannot be reached at all is told by whoever talks with it: the line to headquarters, the trunk. */
export function tellPathAlarm(alarms: Told, to: string, path: PathState): void {
  if (path.condition === 'poor') alarms.raise('network-poor', to, detailOf(path));
  else if (path.condition !== 'unknown') alarms.clear('network-poor', to);
}

function detailOf({ window, because }: PathState): string {
  const { latencyMs, jitterMs, lossPercent } = figuresOf(window);
  const words: Record<PathReason, string> = {
    latency: `${latencyMs ?? '?'} ms ⇄`,
    jitter: `± ${jitterMs ?? '?'} ms`,
    loss: `− ${lossPercent ?? '?'} %`,
  };
  return because.map((reason) => words[reason]).join(', ');
}

const OF_UPLINK = ['wan-down', 'wan-busy'] as const satisfies readonly AlarmCode[];

/** `unknown`: it stays as it was. */
export function tellUplinkAlarms(
  alarms: Told,
  { name, state, because, usedPercent, interface: device }: UplinkHealth,
  busy: boolean,
): void {
  if (state === 'down')
    alarms.raise('wan-down', name, `${device}: ${coded(`link.${because ?? 'no-answer'}`)}`);
  else if (state !== 'unknown') alarms.clear('wan-down', name);
  if (busy) alarms.raise('wan-busy', name, `${device}: ${Math.round(usedPercent ?? 0)} %`);
  else alarms.clear('wan-busy', name);
}

export function clearUplinkAlarms(alarms: Told, name: string): void {
  for (const code of OF_UPLINK) alarms.clear(code, name);
}

const SUBJECT = 'network';

/** @param device the one that should be used and is not; undefined when all is as it should be. */
export function tellNotSwitched(alarms: Told, device: string | undefined): void {
  if (device === undefined) alarms.clear('wan-not-switched', SUBJECT);
  else alarms.raise('wan-not-switched', SUBJECT, device);
}
