/**
 * A supervisor listens to a talk, whispers to its agent, or barges in. He hears it through a channel of the engine's own
 * that copies the sound of one party, so that the talk's bridge and recording are left as they are, whatever he does.
 */
import type { Party } from '@branchline/contracts/ledger';
import type { Whisper } from '../engine/port.ts';
import { occupy } from './ending.ts';
import { CAUSE, type CallEvent } from './events.ts';
import type { OrderOf } from './call-order.ts';
import { legName, snoopName, upLegs, watchBridgeOf, type Call, type Leg, type Watch } from './state.ts';
import type { Step } from './step.ts';
import { endWatch, watchChannels } from './watch.ts';

/** How long his telephones ring. */
const RING_MS = 30_000;

const WHISPERS: Readonly<Record<Watch['mode'], Whisper>> = {
  listen: 'nobody',
  whisper: 'party',
  barge: 'both',
};

export function supervise(step: Step, call: Call, order: OrderOf<'supervise'>, ordered: string): void {
  const { extension, mode } = order;
  const person = Object.values(step.branch.people).find((each) => each.extension === extension);
  if (!person) return step.refuse({ code: 'no-such-extension', value: extension });
  if (!person.groups.some((group) => step.branch.supervision.allow.includes(group)))
    return step.refuse({ code: 'not-a-supervisor', value: extension });
  if (call.watch?.person === person.id) return changeMode(step, call, call.watch, mode, ordered);
  if (call.watch) return step.refuse({ code: 'supervised-already', value: call.watch.by.id });
  if (person.phones.length === 0) return step.refuse({ code: 'no-phone', value: extension });
  if (call.anchor.person === person.id || upLegs(call).some((leg) => leg.person === person.id))
    return step.refuse({ code: 'in-the-call', value: extension });
  const [leg] = upLegs(call);
  if (call.stage.at !== 'talking' || !leg) return step.refuse({ code: 'not-talking', value: call.id });
  const of = agentOf(call, leg).party;
  const by: Party = { kind: 'extension', id: extension };
  call.watch = { by, person: person.id, of, mode, ordered, ringing: [] };
  call.watch = { ...call.watch, ringing: person.phones.map((phone) => ring(step, call, phone)) };
  occupy(step, call, person.id);
}

export function endSupervision(step: Step, call: Call): void {
  if (!call.watch) return step.refuse({ code: 'not-supervised', value: call.id });
  endWatch(step, call, 'ordered');
}

function ring(step: Step, call: Call, phone: string): string {
  call.nextLeg += 1;
  const channel = legName(call.id, call.nextLeg);
  step.own(channel, call.id);
  const endpoint = { kind: 'phone', name: phone } as const;
  const { channel: beside, party } = call.anchor;
  step.effect({ do: 'dial', channel, endpoint, callerId: party.id, beside, ringMs: RING_MS });
  return channel;
}

/** The one of ours in a talk, by preference the one who was called: he hears the whisper. */
function agentOf(call: Call, leg: Leg): { channel: string; party: Party } {
  const isOurs = leg.endpoint.kind === 'phone' || call.anchor.phone === undefined;
  return isOurs ? { channel: leg.id, party: leg.party } : call.anchor;
}

/** Barging in, he is heard through the called party: what the anchor then hears is recorded as all that he hears. */
const heardThrough = (call: Call, leg: Leg, mode: Watch['mode']): string =>
  mode === 'barge' ? leg.id : agentOf(call, leg).channel;

function changeMode(step: Step, call: Call, watch: Watch, mode: Watch['mode'], ordered: string): void {
  if (watch.mode === mode) return;
  call.watch = { ...watch, mode, ordered };
  if (!watch.in) return;
  step.disown(watch.in.snoop);
  step.effect({ do: 'hang-up', channel: watch.in.snoop, cause: CAUSE.normal });
  listenIn(step, call, call.watch, watch.in.channel, watch.in.since);
}

function listenIn(step: Step, call: Call, watch: Watch, channel: string, since: number): void {
  const [leg] = upLegs(call);
  if (call.stage.at !== 'talking' || !leg) return endWatch(step, call, 'talk-over');
  call.nextLeg += 1;
  const snoop = snoopName(call.id, call.nextLeg);
  const bridge = watchBridgeOf(call);
  const { by, of, mode, ordered } = watch;
  step.own(snoop, call.id);
  const isNew = watch.in === undefined;
  if (isNew) step.effect({ do: 'bridge', bridge, create: true, channels: [channel] });
  step.effect({
    do: 'snoop',
    channel: heardThrough(call, leg, mode),
    snoop,
    whisper: WHISPERS[mode],
  });
  step.effect({ do: 'bridge', bridge, create: false, channels: [snoop] });
  call.watch = { ...watch, ringing: [], in: { channel, snoop, since } };
  step.note(call.id, 'call.supervised', { by, of, mode, ordered });
}

/** What happens to the supervisor's telephones, and to the channel that he hears through. */
export function watchEvent(step: Step, call: Call, event: Extract<CallEvent, { channel: string }>): void {
  const { channel } = event;
  if (event.type === 'up') return answered(step, call, channel);
  if (event.type === 'gone') return gone(step, call, channel);
  if (event.type === 'transfer') step.effect({ do: 'transfer-result', channel, result: 'refused' });
}

function answered(step: Step, call: Call, channel: string): void {
  const { watch } = call;
  if (!watch?.ringing.includes(channel)) return;
  for (const other of watch.ringing.filter((each) => each !== channel)) {
    step.disown(other);
    step.effect({ do: 'hang-up', channel: other, cause: CAUSE.normal });
  }
  listenIn(step, call, { ...watch, ringing: [channel] }, channel, step.now);
}

function gone(step: Step, call: Call, channel: string): void {
  const { watch } = call;
  if (!watch) return;
  if (watch.in) {
    const because = channel === watch.in.channel ? 'left' : 'talk-over';
    return endWatch(step, call, because, channel);
  }
  const ringing = watch.ringing.filter((each) => each !== channel);
  step.disown(channel);
  call.watch = { ...watch, ringing };
  if (ringing.length === 0) endWatch(step, call, 'not-answered');
}

/** After a restart: he listens on where all that it takes lives, and is let go where it does not. */
export function watchAgain(
  step: Step,
  call: Call,
  alive: ReadonlyMap<string, { readonly state: string }>,
  bridges: readonly { readonly id: string; readonly channels: readonly string[] }[],
): void {
  for (const channel of call.watch ? watchChannels(call.watch) : []) {
    if (!alive.has(channel)) gone(step, call, channel);
    else if (alive.get(channel)?.state === 'up') answered(step, call, channel);
  }
  const inside = call.watch?.in;
  // One who has answered just now is brought in already.
  if (!inside || !alive.has(inside.snoop)) return;
  const bridge = watchBridgeOf(call);
  const known = bridges.find(({ id }) => id === bridge);
  const channels = [inside.channel, inside.snoop].filter((each) => !known?.channels.includes(each));
  if (channels.length > 0) step.effect({ do: 'bridge', bridge, create: !known, channels });
}
