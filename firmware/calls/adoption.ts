/**
 * After a restart of ours, or a new connection to the engine: our record of calls is held against the channels that live.
 * What lives is adopted, what is gone is entered as gone, what nobody knows is taken in or let go. Pure.
 */
import type { Branch } from '@branchline/contracts/branch/model';
import { interactionOf } from '../acd/callback.ts';
import { leftToEngine } from './ending.ts';
import { CAUSE, type CallEvent } from './events.ts';
import { dial } from './legs.ts';
import { mobilesThere } from './mobile.ts';
import { tellOfWaiting } from './queueing.ts';
import { watchAgain } from './supervising.ts';
import { arm } from './talking.ts';
import {
  bridgeOf,
  isLegName,
  upLegs,
  type Call,
  type Leg,
  type Stage,
  type SwitchboardState,
} from './state.ts';
import { Step, type StepResult } from './step.ts';
import { acdPlan, happen, settleQueues } from './switchboard.ts';

export interface EngineSnapshot {
  readonly channels: readonly SnapshotChannel[];
  readonly bridges: readonly { readonly id: string; readonly channels: readonly string[] }[];
  /** Playbacks that still play. */
  readonly playbacks: readonly string[];
  /** Calls that the engine took itself, as nobody claimed them in time. */
  readonly alone?: ReadonlySet<string>;
}

export interface SnapshotChannel {
  readonly id: string;
  readonly state: 'down' | 'ringing' | 'up';
  /** In our application; a leg that is not may be a phone that rings, or has answered and is on its way in. */
  readonly ours: boolean;
  /** How it came to us, for a channel that came from outside: what its arrival would have said. */
  readonly arrival?: Extract<CallEvent, { type: 'arrived' }>;
}

export interface Adoption extends StepResult {
  readonly adopted: number;
  readonly closed: number;
}

export function adopt(
  state: SwitchboardState,
  snapshot: EngineSnapshot,
  now: number,
  branch: Branch,
  after: 'service-restart' | 'engine-restart',
): Adoption {
  const plan = acdPlan(branch);
  const step = new Step(state, branch, plan, now);
  const called = Object.values(state.callbacks).map(interactionOf);
  step.tellAcd({ type: 'alive', interactions: [...Object.keys(state.calls), ...called] });
  mobilesThere(step);
  const alive = new Map(snapshot.channels.map((channel) => [channel.id, channel]));
  const before = Object.keys(state.calls);
  for (const id of before) reconcile(step, id, alive, snapshot, after);
  const calling = Object.values(step.callbacks).filter((each) => step.peek(interactionOf(each)));
  step.tellCallbacks({ type: 'alive', ids: calling.map(({ id }) => id) });
  takeInStrangers(step, snapshot, state);
  settleQueues(step);
  const result = recordedAnew(step.result());
  const adopted = before.filter((id) => result.state.calls[id] !== undefined).length;
  return { ...result, adopted, closed: before.length - adopted };
}

/** What was recorded before, nobody knows: two recordings at once would write into each other. */
function recordedAnew(result: StepResult): StepResult {
  const effects = result.effects.map((effect) =>
    effect.do === 'record' ? { ...effect, again: true } : effect,
  );
  return { ...result, effects };
}

function reconcile(
  step: Step,
  id: string,
  alive: ReadonlyMap<string, SnapshotChannel>,
  snapshot: EngineSnapshot,
  after: Call['recovered'],
): void {
  const call = step.call(id);
  if (!call) return;
  if (isTheEngines(call.anchor.channel, alive, snapshot)) return leftToEngine(step, call, after);
  const talked = call.stage.at === 'talking';
  const lost = Object.keys(call.legs).filter((channel) => !alive.has(channel));
  if (call.stage.at !== 'calling-back' && !alive.has(call.anchor.channel)) lost.unshift(call.anchor.channel);
  if (lost.length > 0 && after !== undefined) call.recovered = after;
  for (const leg of Object.values(call.legs)) {
    if (leg.state !== 'up' && alive.get(leg.id)?.state === 'up')
      happen(step, { type: 'up', channel: leg.id });
  }
  letGoAgain(step, call, alive);
  for (const channel of lost) {
    const leg = lost.includes(call.anchor.channel) ? undefined : neverRang(call, channel, step.now);
    if (leg) dial(step, call, leg);
    else happen(step, { type: 'gone', channel, cause: CAUSE.recovered });
  }
  const still = step.call(id);
  if (!still) return;
  if (alive.get(still.anchor.channel)?.state !== 'up') greetAgain(step, still);
  if (talked) rejoin(step, still, snapshot);
  watchAgain(step, still, alive, snapshot.bridges);
  missedPlayback(step, still, snapshot);
  if (still.stage.at === 'queue' && !still.ending)
    tellOfWaiting(step, still, still.stage.queue, still.stage.since);
}

/** Who lives outside the application was not claimed in time: the engine serves him, and writes down how. So it was with one who is gone since. */
function isTheEngines(
  channel: string,
  alive: ReadonlyMap<string, SnapshotChannel>,
  { alone }: EngineSnapshot,
): boolean {
  const standing = alive.get(channel);
  return standing ? !standing.ours : alone?.has(channel) === true;
}

/** A phone that we wanted to ring, and died before it did: it is rung now. A line outside is not dialled twice. */
function neverRang(call: Call, channel: string, now: number): Leg | undefined {
  const leg = call.legs[channel];
  const wanted = leg?.state === 'offered' && leg.dropped === undefined && leg.until > now && !call.ending;
  return wanted && leg.endpoint.kind === 'phone' ? leg : undefined;
}

/** Who was to go and lives on was never told: the wish was lost with the connection. */
function letGoAgain(step: Step, call: Call, alive: ReadonlyMap<string, SnapshotChannel>): void {
  const legs = Object.values(call.legs).filter((leg) => leg.dropped !== undefined);
  const going = [
    ...(call.ending && !call.anchor.gone ? [call.anchor.channel] : []),
    ...legs.map(({ id }) => id),
  ];
  for (const channel of going.filter((each) => alive.has(each)))
    step.effect({ do: 'hang-up', channel, cause: CAUSE.normal });
}

/** One who was on his way in when we died may have been told nothing of what we wanted. */
function greetAgain(step: Step, { anchor, stage, ending, queue }: Call): void {
  if (ending) return;
  const { channel } = anchor;
  if (anchor.answered) step.effect({ do: 'answer', channel });
  if (stage.at === 'queue' && queue !== undefined)
    step.effect({ do: 'music', channel, on: true, music: step.branch.queues[queue]?.music ?? 'default' });
  if (stage.at === 'ringing' && !anchor.answered) step.effect({ do: 'ring', channel });
}

/** Two who talk, by our record, are in one bridge, whatever was missed. */
function rejoin(step: Step, call: Call, snapshot: EngineSnapshot): void {
  if (call.stage.at !== 'talking' || call.ending) return;
  const bridge = snapshot.bridges.find((candidate) => candidate.id === bridgeOf(call));
  const members = [call.anchor.channel, ...upLegs(call).map((leg) => leg.id)];
  const missing = members.filter(
    (channel) => channel !== call.held?.apart && !bridge?.channels.includes(channel),
  );
  if (missing.length > 0)
    step.effect({ do: 'bridge', bridge: bridgeOf(call), create: !bridge, channels: missing });
  if (call.recording)
    step.effect({ do: 'watch-recording', call: call.id, file: call.recording.file, on: true });
  if (call.arming) arm(step, call);
}

function missedPlayback(step: Step, call: Call, snapshot: EngineSnapshot): void {
  const playback = playbackOf(call.stage);
  if (playback === undefined || snapshot.playbacks.includes(playback)) return;
  happen(step, { type: 'played', playback, channel: call.anchor.channel });
}

function playbackOf(stage: Stage): string | undefined {
  if (stage.at === 'queue') return stage.announcement;
  return 'playback' in stage ? stage.playback : undefined;
}

/** Channels in our application that no call knows: new arrivals are taken in, legs of calls that never were are let go. */
function takeInStrangers(step: Step, snapshot: EngineSnapshot, state: SwitchboardState): void {
  for (const channel of snapshot.channels) {
    if (!channel.ours || state.channels[channel.id] !== undefined || step.callOf(channel.id)) continue;
    if (channel.arrival && !isLegName(channel.id)) happen(step, channel.arrival);
    else step.effect({ do: 'hang-up', channel: channel.id, cause: CAUSE.normal });
  }
}
