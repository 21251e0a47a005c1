/** The commands of port.ts in the engine's words. */
import type { OperationName, RequestParts } from './ari/messages.ts';
import type { Entering } from './entering.ts';
import { LEG } from './events.ts';
import { CHECK_CONTEXT, LAMP_CONTEXT, lampExtension, LEG_CONTEXT } from './files/extensions-conf.ts';
import { endpointName } from './names.ts';
import type { Engine, Leg, TransferState, Whisper } from './port.ts';

/** Of a message: who says nothing for so long has nothing more to say. */
const LONGEST_SILENCE_S = 10;
const LAMP_S = 5;
/** Longer than it takes to be claimed and answered. */
const CHECK_S = 5;

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
  | 'giveUp'
  | 'transferProgress'
>;

export function channelCommands({ tell }: Line, entering: Entering): Channels {
  /** A channel that is still on its way is told when it is there. */
  const ask = <Name extends OperationName>(channel: string, name: Name, parts: RequestParts<Name>) =>
    entering.when(channel, () => tell(name, parts));
  return {
    answer: (channel) => ask(channel, 'POST /channels/{channelId}/answer', at(channel)),
    ring: (channel) => ask(channel, 'POST /channels/{channelId}/ring', at(channel)),
    stopRinging: (channel) => ask(channel, 'DELETE /channels/{channelId}/ring', at(channel)),
    progress: (channel) => ask(channel, 'POST /channels/{channelId}/progress', at(channel)),
    hangup: (channel, cause = 16) =>
      ask(channel, 'DELETE /channels/{channelId}', {
        ...at(channel),
        query: { reason_code: String(cause) },
      }),
    play: (channel, playback, media, language) =>
      ask(channel, 'POST /channels/{channelId}/play/{playbackId}', {
        path: { channelId: channel, playbackId: playback },
        query: { media: [...media], ...(language === undefined ? {} : { lang: language }) },
      }),
    stopPlay: (playback) => tell('DELETE /playbacks/{playbackId}', { path: { playbackId: playback } }),
    startMusic: (channel, music) =>
      ask(channel, 'POST /channels/{channelId}/moh', { ...at(channel), query: { mohClass: music } }),
    stopMusic: (channel) => ask(channel, 'DELETE /channels/{channelId}/moh', at(channel)),
    recordMessage: (channel, recording, maxMs) =>
      ask(channel, 'POST /channels/{channelId}/record', {
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
      ask(channel, 'POST /channels/{channelId}/dtmf', { ...at(channel), query: { dtmf: digits } }),
    giveUp: (channel) => ask(channel, 'POST /channels/{channelId}/continue', at(channel)),
    transferProgress: (channel, state) =>
      ask(channel, 'POST /channels/{channelId}/transfer_progress', {
        ...at(channel),
        query: { states: TRANSFER_STATES[state] },
      }),
  };
}

export const claim = ({ app, tell }: Line, channel: string): Promise<void> =>
  tell('POST /events/claim', { query: { channelId: channel, application: app } });

const WHISPERS: Readonly<Record<Whisper, string>> = { nobody: 'none', party: 'out', both: 'both' };

export function legCommands(
  line: Line,
  entering: Entering,
): Pick<Engine, 'call' | 'callIn' | 'snoop' | 'overhear'> {
  return {
    overhear: async (channel, ear, recording, maxMs) => {
      await entering.bring(ear, () =>
        line.tell('POST /channels/{channelId}/snoop/{snoopId}', {
          path: { channelId: channel, snoopId: ear },
          query: { spy: 'in', whisper: 'none', app: line.app, appArgs: LEG },
        }),
      );
      await line.tell('POST /channels/{channelId}/record', {
        ...at(ear),
        query: {
          name: recording,
          format: 'sln',
          maxDurationSeconds: wholeSeconds(maxMs),
          ifExists: 'overwrite',
          beep: false,
          terminateOn: 'none',
        },
      });
    },
    snoop: (channel, snoop, whisper) =>
      entering.bring(snoop, () =>
        line.tell('POST /channels/{channelId}/snoop/{snoopId}', {
          path: { channelId: channel, snoopId: snoop },
          query: { spy: 'both', whisper: WHISPERS[whisper], app: line.app, appArgs: LEG },
        }),
      ),
    callIn: ({ caller, inside, number }) =>
      entering.bring(caller, () =>
        line.tell('POST /channels', {
          query: {
            endpoint: `Local/${dialable(number)}@${CHECK_CONTEXT}/n`,
            channelId: caller,
            otherChannelId: inside,
            app: line.app,
            appArgs: LEG,
            timeout: CHECK_S,
            // Left to itself the line takes the widest sound there is, and what is recorded of it is not what was said.
            formats: 'slin',
          },
        }),
      ),
    call: (leg, ringMs) =>
      leg.to.kind === 'phone' ? ring(line, leg, ringMs) : dialOut(line, entering, leg, ringMs),
  };
}

/**
 * Called at once, in one passing. One who answers enters the application by way of the dial plan, which waits for a
 * firmware that is just being started.
 */
function ring({ tell }: Line, leg: Leg, ringMs: number): Promise<void> {
  return tell('POST /channels', {
    query: {
      ...whoAndWhere(leg),
      context: LEG_CONTEXT,
      extension: 's',
      priority: 1,
      timeout: wholeSeconds(ringMs),
    },
    body: shown(leg),
  });
}

/** Made first and dialled afterwards: then the caller can hear what the network says before anybody answers. */
async function dialOut({ app, tell }: Line, entering: Entering, leg: Leg, ringMs: number): Promise<void> {
  const made = entering.bring(leg.channel, () =>
    tell('POST /channels/create', { query: { ...whoAndWhere(leg), app, appArgs: LEG }, body: shown(leg) }),
  );
  const dialled = entering.when(leg.channel, () =>
    tell('POST /channels/{channelId}/dial', { ...at(leg.channel), query: { timeout: wholeSeconds(ringMs) } }),
  );
  await Promise.all([made, dialled]);
}

const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000);

type Bridges = Pick<Engine, 'createBridge' | 'addToBridge' | 'removeFromBridge' | 'destroyBridge'>;

export function bridgeCommands({ tell }: Line, entering: Entering): Bridges {
  const whenAll = ([first, ...rest]: readonly string[], send: () => Promise<void>): Promise<void> =>
    first === undefined ? send() : entering.when(first, () => whenAll(rest, send));
  return {
    createBridge: (bridge, name) =>
      tell('POST /bridges/{bridgeId}', {
        ...bridgeAt(bridge),
        query: { type: 'mixing', ...(name === undefined ? {} : { name }) },
      }),
    addToBridge: (bridge, channels) =>
      whenAll(channels, () =>
        tell('POST /bridges/{bridgeId}/addChannel', {
          ...bridgeAt(bridge),
          query: { channel: [...channels] },
        }),
      ),
    removeFromBridge: (bridge, channels) =>
      tell('POST /bridges/{bridgeId}/removeChannel', {
        ...bridgeAt(bridge),
        query: { channel: [...channels] },
      }),
    destroyBridge: (bridge) => tell('DELETE /bridges/{bridgeId}', bridgeAt(bridge)),
  };
}

function whoAndWhere({ to, channel, originator }: Leg): {
  endpoint: string;
  channelId: string;
  originator?: string;
} {
  const endpoint = endpointName(to);
  return {
    endpoint: to.kind === 'phone' ? `PJSIP/${endpoint}` : lineTo(endpoint, to),
    channelId: channel,
    ...(originator === undefined ? {} : { originator }),
  };
}

/** By an address the engine tries it even when nothing has answered there for a while. */
function lineTo(endpoint: string, { number, at }: Extract<Leg['to'], { kind: 'gateway' }>): string {
  // A '#' begins a fragment in no SIP address, and is written escaped there all the same (RFC 3261 section 25.1).
  const digits = dialable(number).replaceAll('#', '%23');
  return at ? `PJSIP/${endpoint}/sip:${digits}@${at.host}:${at.port}` : `PJSIP/${digits}@${endpoint}`;
}

/** What the called side is shown: for the engine, the party this leg will be connected to. */
const shown = (leg: Leg): { variables: Readonly<Record<string, string>> } => ({
  variables: {
    'CONNECTEDLINE(num,i)': leg.callerNumber,
    'CONNECTEDLINE(name,i)': leg.callerName ?? '',
  },
});

/** A number goes into a SIP address: whatever is not dialled on a telephone would change its meaning there. */
function dialable(number: string): string {
  if (!/^\+?[0-9*#]{1,32}$/.test(number))
    throw new Error(`'${number}' cannot be dialled. Give digits, with a leading + at most.`);
  return number;
}
