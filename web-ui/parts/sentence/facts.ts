/** What the sentence of state is made from: the same few facts, whether the box tells them itself or headquarters does. */
import type { LocalText } from '@branchline/contracts/branch/model';
import type { BoxSummary } from '@branchline/contracts/http/controller';
import type { LiveState } from '@branchline/contracts/live';
import type { PowerHealth, SupplyCondition } from '@branchline/contracts/power';
import type { TrunkState } from '@branchline/contracts/trunks';

export interface Facts {
  /** Undefined when the box speaks for itself. */
  readonly presence?: { readonly online: boolean; readonly since: string | null; readonly reported: boolean };
  readonly engine: { readonly state: 'up' | 'down' | 'not-answering'; readonly since: string } | null;
  /** Null as long as nothing has been reported. */
  readonly trunks: readonly TrunkFacts[] | null;
  readonly phones: readonly PhoneFacts[];
  readonly alarms: readonly AlarmFacts[];
  readonly calls: number;
  /** Null where queues are not told: headquarters does not hear them. */
  readonly queues: readonly QueueFacts[] | null;
  /** Absent where no UPS is known. */
  readonly power?: PowerFacts;
}
export interface PowerFacts {
  readonly state: SupplyCondition;
  readonly since: string;
  readonly minutesLeft: number | null;
  /** Headquarters is asked to take the numbers. */
  readonly asks: boolean;
}
export interface TrunkFacts {
  readonly name: string;
  readonly state: TrunkState;
  readonly since: string | null;
  readonly channels: number;
  readonly calls: number;
}
export interface PhoneFacts {
  readonly name: string;
  readonly person: LocalText | null;
  readonly reachable: boolean;
  readonly since: string | null;
}
export interface AlarmFacts {
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'major' | 'critical';
  readonly subject: string;
  readonly since: string;
}
export interface QueueFacts {
  readonly name: string;
  readonly waiting: number;
  /** When the one who waits longest began to wait. */
  readonly oldest: string | null;
  readonly ready: number;
  readonly signedIn: number;
  /** Agents of this queue who are on a call, ringing or wrapping up. */
  readonly busy: number;
  readonly goalMs: number;
}

const BUSY = ['ringing', 'talking', 'wrap-up'];

export function factsOfLive(live: LiveState): Facts {
  const agents = Object.values(live.agents);
  return {
    engine: live.health.now?.engine ?? null,
    trunks: Object.values(live.trunks).map((trunk) => ({
      name: trunk.id,
      state: trunk.state,
      since: trunk.since,
      channels: trunk.channels,
      calls: trunk.calls.length,
    })),
    // Only a phone that somebody has is missed when it is away.
    phones: Object.values(live.phones)
      .filter((phone) => phone.extension !== null)
      .map(({ id, person, reachable, since }) => ({ name: id, person, reachable, since })),
    alarms: Object.values(live.alarms),
    calls: Object.keys(live.calls).length,
    queues: Object.values(live.queues).map((queue) => ({
      name: queue.id,
      waiting: queue.waiting.length,
      oldest: queue.waiting.map((caller) => caller.since).sort()[0] ?? null,
      ready: queue.agentsReady,
      signedIn: queue.agentsSignedIn,
      busy: agents.filter((agent) => agent.queues.includes(queue.id) && BUSY.includes(agent.state)).length,
      goalMs: queue.serviceLevelGoal.withinMs,
    })),
    ...powerFacts(live.health.now?.power),
  };
}

export function factsOfBox(box: BoxSummary): Facts {
  return {
    presence: { online: box.online, since: box.since, reported: box.health !== null },
    engine: box.health?.engine ?? null,
    trunks: box.health?.trunks ?? null,
    phones: (box.health?.phones ?? []).map((phone) => ({ ...phone, person: null })),
    alarms: box.alarms,
    calls: box.liveCalls,
    queues: null,
    ...powerFacts(box.health?.power),
  };
}

function powerFacts(power: PowerHealth | undefined): Pick<Facts, 'power'> {
  if (!power) return {};
  const { state, since, minutesLeft, asks } = power;
  return { power: { state, since, minutesLeft, asks: asks.includes('take-numbers') } };
}
