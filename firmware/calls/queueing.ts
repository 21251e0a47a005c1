/** A call in a queue: coming in, what the caller hears while he waits, how he leaves without an agent. */
import { destinationText, type Destination } from '@branchline/contracts/branch/values';
import { outlook } from '../acd/outlook.ts';
import type { AcdEffect } from '../acd/state.ts';
import type { Heard } from '../flows/heard.ts';
import { tagsOf } from '../routing/callers.ts';
import { dropAnchor, dropLeg } from './ending.ts';
import { CAUSE } from './events.ts';
import { takePlace } from './places.ts';
import { answerAnchor, contextOf, nextPlayback, setStage } from './stage.ts';
import { pendingLegs, type Call } from './state.ts';
import type { Step } from './step.ts';

/** Numbers up to this are spoken; a place further back, or a longer wait, is not told. */
export const HIGHEST_SPOKEN = 30;
const MINUTE_MS = 60_000;

export function enterQueue(step: Step, call: Call, queue: string): void {
  const plan = step.plan.queues[queue];
  if (!plan) return dropAnchor(step, call, CAUSE.noRoute, 'branch');
  answerAnchor(step, call);
  step.effect({ do: 'music', channel: call.anchor.channel, on: true, music: plan.music });
  calledAgain(step, call, queue);
  const kept = placeKept(step, call, queue);
  call.queuedSince ??= step.now;
  const since = call.queuedSince;
  setStage(step, call, { at: 'queue', queue, since });
  call.queue = queue;
  tellOfWaiting(step, call, queue, since);
  const entry = step.acdState.waiting[queue]?.find(({ interaction }) => interaction === call.id);
  const seen = outlook(step.acdState, plan, call.id) ?? {
    position: (step.acdState.waiting[queue]?.length ?? 0) + 1,
  };
  const tag = entry?.tag === undefined ? {} : { tag: entry.tag };
  step.note(call.id, 'call.queued', {
    queue,
    priority: entry?.priority ?? plan.priority.default,
    ...tag,
    ...kept,
    ...seen,
  });
}

/** He was cut off while he waited, and has called again: he has the place he had. */
function placeKept(step: Step, call: Call, queue: string): { keptWaitMs?: number } {
  const { places, since } = takePlace(step.places, call.customer, queue, step.now);
  step.places = places;
  if (since === undefined) return {};
  call.queuedSince = Math.min(call.queuedSince ?? step.now, since);
  return { keptWaitMs: Math.max(0, step.now - since) };
}

/** He is to be called back for this queue, and has called himself: the place that was kept for him is his. */
function calledAgain(step: Step, call: Call, queue: string): void {
  const { customer } = call;
  const kept = Object.values(step.callbacks).find(
    (each) => each.number === customer && each.queue === queue && each.phase.at !== 'dialling',
  );
  if (customer === undefined || !kept) return;
  call.queuedSince = Math.min(call.queuedSince ?? step.now, kept.since);
  step.tellCallbacks({ type: 'called-again', number: customer });
}

/** Tells the ACD that a call waits; one that it knows of already keeps its place. */
export function tellOfWaiting(step: Step, call: Readonly<Call>, queue: string, since: number): void {
  const { customer, context } = call;
  const byNumber = customer === undefined ? [] : tagsOf(step.branch, customer);
  const tags = [...new Set([...byNumber, ...(context?.tags ?? [])])];
  step.tellAcd({
    type: 'enter',
    interaction: call.id,
    queue,
    since,
    ...(customer === undefined ? {} : { customer }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(context?.priority === undefined ? {} : { priority: context.priority }),
    ...(context === undefined ? {} : { needs: context.needs }),
    ...(call.queuesSeen === undefined ? {} : { seen: call.queuesSeen }),
  });
}

type Announce = Extract<AcdEffect, { do: 'announce' }>;

/** Music stops, he hears where he stands, music goes on (`announced`). */
export function announce(step: Step, effect: Announce): void {
  const call = step.call(effect.interaction);
  if (call?.stage.at !== 'queue' || call.ending || call.stage.announcement !== undefined) return;
  const prompts = promptsOf(step, call, effect);
  if (prompts.length === 0) return;
  const playback = nextPlayback(call);
  call.stage = { ...call.stage, announcement: playback };
  const { queue, position, expectedWaitMs } = effect;
  const wait = expectedWaitMs === undefined ? {} : { expectedWaitMs };
  step.note(call.id, 'call.announced', { queue, position, ...wait });
  step.effect({ do: 'announce', channel: call.anchor.channel, playback, prompts });
}

function promptsOf(step: Step, call: Call, { queue, position, expectedWaitMs }: Announce): Heard[] {
  const announcements = step.branch.queues[queue]?.announce;
  const minutes = expectedWaitMs === undefined ? undefined : Math.ceil(expectedWaitMs / MINUTE_MS);
  const names = (announcements?.say ?? []).flatMap((what): string[] => {
    switch (what) {
      case 'position':
        return position > HIGHEST_SPOKEN
          ? []
          : ['queue-position', `number-${position}`, 'queue-position-end'];
      case 'expected-wait':
        if (minutes === undefined || minutes > HIGHEST_SPOKEN) return [];
        return minutes <= 1 ? ['queue-wait-short'] : ['queue-wait', `number-${minutes}`, 'queue-wait-end'];
      case 'comfort':
        return [announcements?.comfort ?? ''];
    }
  });
  const { language } = contextOf(step, call);
  return names.map((name) => ({ kind: 'prompt', name, language }));
}

/** The announcement is over, or could not be played: music again. */
export function announced(step: Step, call: Call): void {
  if (call.stage.at !== 'queue') return;
  const { announcement: _, ...stage } = call.stage;
  call.stage = stage;
  const music = step.branch.queues[stage.queue]?.music ?? 'default';
  step.effect({ do: 'music', channel: call.anchor.channel, on: true, music });
}

/** What the caller hears in the queue ends, as somebody answers or he goes on elsewhere. */
export function silence(step: Step, call: Call): void {
  if (call.stage.at !== 'queue') return;
  if (call.stage.announcement !== undefined)
    step.effect({ do: 'stop-playing', playback: call.stage.announcement });
  step.effect({ do: 'music', channel: call.anchor.channel, on: false, music: '' });
}

type Overflow = Extract<AcdEffect, { do: 'overflow' }>;

/** He waits no more. Gives where he goes; the place he has won goes with him. */
export function leftQueue(step: Step, call: Call, { queue, to, because }: Overflow): Destination {
  // A queue that the document no longer has: he begins anew where his number leads.
  const next = to ?? step.branch.numbers[call.number ?? '']?.to ?? { kind: 'hang-up' };
  const waitedMs = Math.max(0, step.now - (call.queuedSince ?? step.now));
  step.note(call.id, 'call.overflowed', { queue, because, to: destinationText(next), waitedMs });
  call.queuesSeen = [...new Set([...(call.queuesSeen ?? []), queue])];
  silence(step, call);
  // Those whom the ACD rang, it takes back itself.
  for (const leg of pendingLegs(call)) if (leg.picked !== undefined) dropLeg(step, leg, 'caller-gone');
  return next;
}
