/** The engine's events in the words of the core. Pure; undefined for what the core has no use for. */
import type { EngineEvent, Snapshot } from '../engine/port.ts';
import type { EngineSnapshot } from './adoption.ts';
import type { CallEvent, TransferTarget } from './events.ts';

export function callEventOf(event: EngineEvent): CallEvent | undefined {
  switch (event.type) {
    case 'channel-arrived':
      return arrivalOf(event);
    case 'channel-state':
      if (event.state === 'up') return { type: 'up', channel: event.channel };
      return event.state === 'ringing' ? { type: 'ringing', channel: event.channel } : undefined;
    case 'early-media':
      return { type: 'early-media', channel: event.channel };
    case 'channel-gone':
      return {
        type: 'gone',
        channel: event.channel,
        cause: event.cause.code,
        ...(event.cause.sip === undefined ? {} : { sip: event.cause.sip }),
      };
    case 'digit':
      return { type: 'digit', channel: event.channel, digit: event.digit };
    case 'playback-finished':
      return { type: 'played', channel: event.channel, playback: event.playback };
    case 'message-recorded':
      return { type: 'message-recorded', channel: event.channel, recording: event.recording };
    case 'held':
      return { type: 'held', channel: event.channel };
    case 'resumed':
      return { type: 'resumed', channel: event.channel };
    case 'transfer-asked': {
      const to = targetOf(event);
      return to && { type: 'transfer', channel: event.channel, to };
    }
    case 'peer-state':
      return event.peer.kind === 'phone'
        ? { type: 'phone', phone: event.peer.name, reachable: event.reachable }
        : undefined;
    default:
      return undefined;
  }
}

type Arrived = Extract<CallEvent, { type: 'arrived' }>;
type Facts = Snapshot['channels'][number];

/** What a channel's arrival says; undefined for channels that the branch made itself. */
function arrivalOf(facts: Omit<Facts, 'ours'>): Arrived | undefined {
  const { channel, peer, callerNumber, dialled } = facts;
  if (!peer || dialled === '') return undefined;
  return { type: 'arrived', channel, from: peer, callerNumber, dialled };
}

function targetOf({
  transfer,
}: Extract<EngineEvent, { type: 'transfer-asked' }>): TransferTarget | undefined {
  if (transfer.kind === 'blind') return { kind: 'blind', dialled: transfer.destination };
  return transfer.consultation === undefined
    ? { kind: 'blind', dialled: transfer.destination }
    : { kind: 'attended', otherChannel: transfer.consultation };
}

export function snapshotOf(
  snapshot: Snapshot,
  playbacks: readonly string[],
  alone: ReadonlySet<string>,
): EngineSnapshot {
  // In the order in which they came: that is the order in which strangers are queued.
  const channels = [...snapshot.channels].sort((a, b) => a.createdAt - b.createdAt);
  return {
    channels: channels.map((facts) => {
      const arrival = arrivalOf(facts);
      const state = facts.state === 'waiting' ? 'down' : facts.state;
      return { id: facts.channel, state, ours: facts.ours, ...(arrival ? { arrival } : {}) };
    }),
    bridges: snapshot.bridges.map(({ bridge, channels }) => ({ id: bridge, channels })),
    playbacks,
    alone,
  };
}
