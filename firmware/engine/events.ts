/** From what the engine reports to what happened. Pure. */
import type { AriEvent, Channel, ChannelTransfer, DeviceState } from './ari/types.generated.ts';
import { peerOfChannel, peerOfEndpoint } from './names.ts';
import type { ChannelFacts, ChannelState, EngineEvent, Peer, Transfer } from './port.ts';

/** Every type the firmware listens to: the engine sends no other. */
export const HEARD = [
  'CallBroadcast',
  'ChannelDestroyed',
  'ChannelDtmfReceived',
  'ChannelHold',
  'ChannelStateChange',
  'ChannelTransfer',
  'ChannelUnhold',
  'DeviceStateChanged',
  'Dial',
  'PlaybackFinished',
  'RecordingFailed',
  'RecordingFinished',
  'StasisStart',
] as const satisfies readonly AriEvent['type'][];

/** What a leg of our own making says when it enters: one that is still to be dialled, and one that has answered. */
export const LEG = 'leg';
export const ANSWERED = 'answered';

/** What is heard beside what happened: how a channel comes in. */
export type Heard =
  | EngineEvent
  /** Nobody has the call yet: claim it within CLAIM_MS, or the engine goes on alone. */
  | ({
      readonly type: 'call-offered';
      /** Wall clock, ms since 1970. */ readonly offeredAt: number;
    } & ChannelFacts)
  /** A call that was claimed is in the application. */
  | ({ readonly type: 'call-entered' } & ChannelFacts)
  /** A leg that was made to be dialled is in the application. */
  | { readonly type: 'leg-entered'; readonly channel: string }
  /** It has a call, which says nothing of whether it can be reached. */
  | { readonly type: 'peer-in-use'; readonly peer: Peer };

export function channelFacts(channel: Channel): ChannelFacts {
  const peer = peerOfChannel(channel.name);
  return {
    channel: channel.id,
    ...(peer === undefined ? {} : { peer }),
    state: stateOf(channel),
    callerNumber: channel.caller.number,
    callerName: channel.caller.name,
    dialled: /^[0-9+*#]*$|^s$/.exec(channel.dialplan.exten)?.[0] ?? '',
    createdAt: Date.parse(channel.creationtime),
  };
}

function stateOf(channel: Channel): ChannelState {
  if (channel.state === 'Up') return 'up';
  return channel.state === 'Ringing' ? 'ringing' : 'waiting';
}

export function heardIn(event: AriEvent): Heard | undefined {
  switch (event.type) {
    case 'CallBroadcast':
      return { type: 'call-offered', offeredAt: Date.parse(event.timestamp), ...channelFacts(event.channel) };
    case 'StasisStart':
      return entered(event.channel, event.args);
    case 'ChannelStateChange':
      return stateChange(event.channel);
    case 'Dial':
      return event.dialstatus === 'PROGRESS' ? { type: 'early-media', channel: event.peer.id } : undefined;
    case 'ChannelDestroyed':
      return {
        type: 'channel-gone',
        channel: event.channel.id,
        cause: {
          code: event.cause,
          text: event.cause_txt,
          ...(event.tech_cause ? { sip: event.tech_cause } : {}),
        },
      };
    case 'ChannelDtmfReceived':
      return { type: 'digit', channel: event.channel.id, digit: event.digit, durationMs: event.duration_ms };
    case 'PlaybackFinished':
      return {
        type: 'playback-finished',
        playback: event.playback.id,
        channel: event.playback.target_uri.replace(/^channel:/, ''),
        failed: event.playback.state === 'failed',
      };
    case 'RecordingFinished':
    case 'RecordingFailed':
      return {
        type: 'message-recorded',
        recording: event.recording.name,
        channel: event.recording.target_uri.replace(/^channel:/, ''),
        failed: event.type === 'RecordingFailed',
      };
    case 'ChannelHold':
      return { type: 'held', channel: event.channel.id };
    case 'ChannelUnhold':
      return { type: 'resumed', channel: event.channel.id };
    case 'ChannelTransfer':
      // With a state it is the echo of what we told the phone ourselves.
      return event.state === undefined ? transferAsked(event) : undefined;
    case 'DeviceStateChanged':
      return peerState(event.device_state);
    default:
      return undefined;
  }
}

function entered(channel: Channel, [how]: readonly string[]): Heard {
  if (how === LEG) return { type: 'leg-entered', channel: channel.id };
  if (how === ANSWERED) return { type: 'channel-state', channel: channel.id, state: 'up' };
  return { type: 'call-entered', ...channelFacts(channel) };
}

/** A phone that has answered is still on its way in; only there it can be joined with anybody. */
function stateChange(channel: Channel): Heard | undefined {
  const state = stateOf(channel);
  if (state === 'up' && peerOfChannel(channel.name)?.kind === 'phone') return undefined;
  return { type: 'channel-state', channel: channel.id, state };
}

/**
 * Heard of by device, not by endpoint: an endpoint would repeat every event of its channels. A device that has calls is in use, whether
 * it can be reached or not.
 */
function peerState({ name, state }: DeviceState): Heard | undefined {
  const peer = peerOfEndpoint(name.replace(/^PJSIP\//, ''));
  if (!peer || state === 'UNKNOWN') return undefined;
  if (state === 'UNAVAILABLE' || state === 'INVALID') return { type: 'peer-state', peer, reachable: false };
  return state === 'NOT_INUSE'
    ? { type: 'peer-state', peer, reachable: true }
    : { type: 'peer-in-use', peer };
}

function transferAsked({ refer_to: to, referred_by: by }: ChannelTransfer): EngineEvent {
  const destination = to.requested_destination.destination ?? '';
  const transfer: Transfer =
    to.destination_channel || to.bridge
      ? {
          kind: 'attended',
          destination,
          ...(to.destination_channel ? { consultation: to.destination_channel.id } : {}),
          ...(to.bridge ? { bridge: to.bridge.id } : {}),
        }
      : { kind: 'blind', destination };
  return {
    type: 'transfer-asked',
    channel: by.source_channel.id,
    ...(by.connected_channel ? { partner: by.connected_channel.id } : {}),
    transfer,
  };
}
