/** The commands of port.ts in the engine's words. */
import type { OperationName, RequestParts } from './ari/messages.ts';
import { LEG } from './events.ts';
import { LAMP_CONTEXT, lampExtension, RECORD_CONTEXT } from './files/extensions-conf.ts';
import type { Legs } from './legs.ts';
import { endpointName } from './names.ts';
import type { Engine, Leg, TransferState } from './port.ts';

/** Of a message: who says nothing for so long has nothing more to say. */
const LONGEST_SILENCE_S = 10;
const LAMP_S = 5;

export interface Line {
  readonly app: string;
  readonly tell: <Name extends OperationName>(name: Name, parts: RequestParts<Name>) => Promise<void>;
}

/** RFC 3515 states of a transfer, in the engine's words. */
const TRANSFER_STATES: Readonly<Record<TransferState, string>> = {
  progress: 'channel_progress',
  ringing: 'channel_progress',
  done: 'channel_answered',
  unavailable: 'channel_unavailable',
  refused: 'channel_declined',
};

const at = (channel: string): { path: { channelId: string } } => ({ path: { channelId: channel } });
const bridgeAt = (bridge: string): { path: { bridgeId: string } } => ({ path: { bridgeId: bridge } });

type Channels = Pick<
  Engine,
  | 'claim'
  | 'answer'
  | 'ring'
  | 'stopRinging'
  | 'progress'
  | 'hangup'
  | 'play'
  | 'stopPlay'
  | 'startMusic'
  | 'stopMusic'
  | 'recordMessage'
  | 'showMessages'
  | 'sendDigits'
  | 'continueToRecord'
  | 'giveUp'
  | 'transferProgress'
>;

export function channelCommands({ app, tell }: Line, legs: Legs): Channels {
  return {
    claim: (channel) => tell('POST /events/claim', { query: { channelId: channel, application: app } }),
    answer: (channel) => tell('POST /channels/{channelId}/answer', at(channel)),
    ring: (channel) => tell('POST /channels/{channelId}/ring', at(channel)),
    stopRinging: (channel) => tell('DELETE /channels/{channelId}/ring', at(channel)),
    progress: (channel) => tell('POST /channels/{channelId}/progress', at(channel)),
    hangup: (channel, cause = 16) =>
      legs.when(channel, () =>
        tell('DELETE /channels/{channelId}', { ...at(channel), query: { reason_code: String(cause) } }),
      ),
    play: (channel, playback, media, language) =>
      tell('POST /channels/{channelId}/play/{playbackId}', {
        path: { channelId: channel, playbackId: playback },
        query: { media: [...media], ...(language === undefined ? {} : { lang: language }) },
      }),
    stopPlay: (playback) => tell('DELETE /playbacks/{playbackId}', { path: { playbackId: playback } }),
    startMusic: (channel, music) =>
      tell('POST /channels/{channelId}/moh', { ...at(channel), query: { mohClass: music } }),
    stopMusic: (channel) => tell('DELETE /channels/{channelId}/moh', at(channel)),
    recordMessage: (channel, recording, maxMs) =>
      tell('POST /channels/{channelId}/record', {
        ...at(channel),
        query: {
          name: recording,
          format: 'sln',
          maxDurationSeconds: Math.ceil(maxMs / 1000),
          maxSilenceSeconds: LONGEST_SILENCE_S,
          ifExists: 'overwrite',
          beep: true,
          terminateOn: '#',
        },
      }),
    // A channel of a moment that only runs the dial plan's line: this engine has no other door for it.
    showMessages: (box, { fresh, heard }) =>
      tell('POST /channels', {
        query: {
          endpoint: `Local/${lampExtension(box)}@${LAMP_CONTEXT}/n`,
          context: LAMP_CONTEXT,
          extension: 'done',
          priority: 1,
          timeout: LAMP_S,
        },
        body: { variables: { BL_FRESH: String(fresh), BL_HEARD: String(heard) } },
      }),
    sendDigits: (channel, digits) =>
      tell('POST /channels/{channelId}/dtmf', { ...at(channel), query: { dtmf: digits } }),
    continueToRecord: (channel) =>
      tell('POST /channels/{channelId}/continue', {
        ...at(channel),
        query: { context: RECORD_CONTEXT, priority: 1 },
      }),
    giveUp: (channel) => tell('POST /channels/{channelId}/continue', at(channel)),
    transferProgress: (channel, state) =>
      tell('POST /channels/{channelId}/transfer_progress', {
        ...at(channel),
        query: { states: TRANSFER_STATES[state] },
      }),
  };
}

export function legCommands({ app, tell }: Line, legs: Legs): Pick<Engine, 'createLeg' | 'dial'> {
  return {
    createLeg: (leg) =>
      legs.create(leg.channel, () => tell('POST /channels/create', createRequest(leg, app))),
    dial: (channel, dialMs, caller) =>
      legs.when(channel, () =>
        tell('POST /channels/{channelId}/dial', {
          ...at(channel),
          query: { timeout: Math.ceil(dialMs / 1000), ...(caller === undefined ? {} : { caller }) },
        }),
      ),
  };
}

type Bridges = Pick<Engine, 'createBridge' | 'addToBridge' | 'removeFromBridge' | 'destroyBridge'>;

export function bridgeCommands({ tell }: Line): Bridges {
  return {
    createBridge: (bridge, name) =>
      tell('POST /bridges/{bridgeId}', {
        ...bridgeAt(bridge),
        query: { type: 'mixing', ...(name === undefined ? {} : { name }) },
      }),
    addToBridge: (bridge, channels) =>
      tell('POST /bridges/{bridgeId}/addChannel', { ...bridgeAt(bridge), query: { channel: [...channels] } }),
    removeFromBridge: (bridge, channels) =>
      tell('POST /bridges/{bridgeId}/removeChannel', {
        ...bridgeAt(bridge),
        query: { channel: [...channels] },
      }),
    destroyBridge: (bridge) => tell('DELETE /bridges/{bridgeId}', bridgeAt(bridge)),
  };
}

/**
 * Created first and dialled afterwards: the channel is in our application from its birth, so that one who answers while
 * the firmware is away waits there instead of being hung up.
 */
function createRequest(leg: Leg, app: string): RequestParts<'POST /channels/create'> {
  const endpoint = endpointName(leg.to);
  return {
    query: {
      endpoint:
        leg.to.kind === 'phone' ? `PJSIP/${endpoint}` : `PJSIP/${dialable(leg.to.number)}@${endpoint}`,
      app,
      appArgs: LEG,
      channelId: leg.channel,
      ...(leg.originator === undefined ? {} : { originator: leg.originator }),
    },
    body: {
      variables: {
        // What the called side is shown: for the engine, the party this leg will be connected to.
        'CONNECTEDLINE(num,i)': leg.callerNumber,
        'CONNECTEDLINE(name,i)': leg.callerName ?? '',
      },
    },
  };
}

/** A number goes into a SIP address: whatever is not dialled on a telephone would change its meaning there. */
function dialable(number: string): string {
  if (!/^\+?[0-9*#]{1,32}$/.test(number))
    throw new Error(`'${number}' cannot be dialled. Give digits, with a leading + at most.`);
  return number;
}
