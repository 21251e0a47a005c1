/** What of the network is an alarm. Pure. */
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { PathReason } from '@branchline/contracts/network';
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
    latency: `${latencyMs ?? '?'} ms there and back`,
    jitter: `${jitterMs ?? '?'} ms jitter`,
    loss: `${lossPercent ?? '?'} % lost`,
  };
  return because.map((reason) => words[reason]).join(', ');
}
