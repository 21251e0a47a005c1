/** The switchboard as the pages show it. Pure: state in, live values out. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { LiveAgent, LiveCall, LiveQueue } from '@branchline/contracts/live';
import type { QueueFigures } from '@branchline/contracts/queue-figures';
import type { AcdPlan } from '../acd/plan.ts';
import { agentPhase, type AgentState } from '../acd/state.ts';
import { pendingLegs, phaseOf, upLegs, type Call, type SwitchboardState } from './state.ts';
import { waitingCallbacks } from './callback-view.ts';
import { acdPlan } from './switchboard.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export function liveCall(call: Call): LiveCall {
  const ringing = pendingLegs(call);
  const talking = call.stage.at === 'talking';
  const parked = call.stage.at === 'parked' ? call.stage : undefined;
  const phase =
    call.held || parked ? 'held' : ringing.length > 0 && !talking ? 'ringing' : phaseOf(call.stage);
  return {
    id: call.id,
    direction: call.direction,
    phase,
    from: call.anchor.party,
    dialled: call.dialled,
    trunk: trunkOf(call),
    queue: call.queue ?? null,
    with: (talking ? upLegs(call) : ringing).map((leg) => leg.party),
    since: iso(call.offeredAt),
    phaseSince: iso(call.held?.since ?? call.stageSince),
    recording: call.recording === undefined ? 'off' : call.recording.stalled ? 'stalled' : 'on',
    emergency: call.emergency,
    ...(parked ? { parked: { slot: parked.slot, by: parked.by } } : {}),
    ...(call.watch?.in ? { supervised: { by: call.watch.by, mode: call.watch.mode } } : {}),
  };
}

/** The trunk a call came by or goes out by; null for one that stays inside. */
export function trunkOf(call: Call): string | null {
  if (call.trunk !== undefined) return call.trunk;
  const out = Object.values(call.legs).find((leg) => leg.endpoint.kind === 'gateway');
  return out?.endpoint.kind === 'gateway' ? out.endpoint.trunk : null;
}

export function liveAgent(
  branch: Branch,
  id: string,
  state: SwitchboardState,
  now: number,
): LiveAgent | null {
  const person = branch.people[id];
  const agent = state.acd.agents[id];
  if (!person?.agent || !agent) return null;
  return {
    id,
    name: person.name,
    extension: person.extension,
    queues: Object.keys(person.agent.queues),
    state: agentWord(agent, id, state, now),
    reason: agent.reason ?? null,
    since: iso(agent.since),
    call: agent.work[0]?.what ?? null,
    answeredToday: agent.answered,
  };
}

function agentWord(agent: AgentState, id: string, state: SwitchboardState, now: number): LiveAgent['state'] {
  const phase = agentPhase(agent, now);
  // A page has no use for the seconds after a busy telephone.
  if (phase === 'held-back') return 'wrap-up';
  if (phase !== 'busy') return phase;
  const talks = agent.work.some(
    ({ what, as }) =>
      as === 'served' || (state.calls[what]?.stage.at === 'talking' && isIn(state.calls[what], id)),
  );
  return talks ? 'talking' : 'ringing';
}

const isIn = (call: Call | undefined, person: string): boolean =>
  call !== undefined && (call.anchor.person === person || upLegs(call).some((leg) => leg.person === person));

export function liveQueue(
  branch: Branch,
  name: string,
  state: SwitchboardState,
  day: QueueFigures,
  now: number,
  plan: AcdPlan = acdPlan(branch),
): LiveQueue | null {
  const queue = branch.queues[name];
  if (!queue) return null;
  const phases = (plan.queues[name]?.members ?? [])
    .map(({ agent }) => state.acd.agents[agent.id])
    .map((agent) => (agent ? agentPhase(agent, now) : 'signed-out'));
  return {
    id: name,
    waiting: waitingIn(name, state),
    agentsReady: phases.filter((phase) => phase === 'ready').length,
    agentsSignedIn: phases.filter((phase) => phase !== 'signed-out').length,
    today: {
      offered: day.offered,
      answered: day.answered,
      abandoned: day.abandoned,
      shortAbandoned: day.shortAbandoned,
      overflowed: day.overflowed,
      serviceLevel: day.serviceLevel,
      longestWaitMs: day.longestWaitMs,
    },
    serviceLevelGoal: queue.serviceLevel,
    callbacks: waitingCallbacks(state.callbacks, branch).filter((each) => each.queue === name),
  };
}

function waitingIn(name: string, { acd, calls }: SwitchboardState): LiveQueue['waiting'] {
  // Who is to be called back does not wait at a telephone, unless he has answered already.
  const callers = (acd.waiting[name] ?? []).filter(
    ({ kind, interaction }) => kind !== 'callback' || calls[interaction]?.stage.at === 'queue',
  );
  return callers.map(({ interaction, since, priority }) => ({
    call: interaction,
    from: calls[interaction]?.anchor.party.id ?? '',
    since: iso(since),
    priority,
  }));
}
