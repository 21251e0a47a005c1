/**
 * The engine as the rest of the firmware sees it: events that happened, and things it can be told to do.
 * Nothing here is Asterisk's word; what is on the other side of this file is nobody's business.
 */
import type { Peer } from './names.ts';

export type { Peer } from './names.ts';

/** One side of a call. The id never repeats, not even after the engine was started again. */
export type ChannelId = string;
export type BridgeId = string;

export type ChannelState = 'waiting' | 'ringing' | 'up';

export interface ChannelFacts {
  readonly channel: ChannelId;
  /** Who is at the other end; undefined for a channel that is neither phone nor gateway. */
  readonly peer?: Peer;
  readonly state: ChannelState;
  /** As the other side gave it: any text. */
  readonly callerNumber: string;
  readonly callerName: string;
  /** What was dialled, digits with + * # only; '' for a channel the firmware made, 's' when a line gave no number. */
  readonly dialled: string;
  /** When the channel came to be, wall clock, milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Cause {
  /** ITU-T Q.850: 16 is a normal end, 17 busy, 34 no channel free. */
  readonly code: number;
  readonly text: string;
  /** The final SIP response, where there was one. */
  readonly sip?: number;
}

export type Transfer =
  | { readonly kind: 'blind'; readonly destination: string }
  | {
      readonly kind: 'attended';
      /** The transferring phone's channel in its second call, when that call is one of this engine's. */
      readonly consultation?: ChannelId;
      /** The bridge of that second call. */
      readonly bridge?: BridgeId;
      readonly destination: string;
    };

export type EngineEvent =
  /** A call for the firmware. It may be told what to do at once; should the call not be ours in the end, channel-gone follows. */
  | ({ readonly type: 'channel-arrived' } & ChannelFacts)
  | { readonly type: 'channel-state'; readonly channel: ChannelId; readonly state: ChannelState }
  /** The called side already sends sound: its own ringing, or a network's announcement. */
  | { readonly type: 'early-media'; readonly channel: ChannelId }
  /** May be told twice. */
  | { readonly type: 'channel-gone'; readonly channel: ChannelId; readonly cause: Cause }
  | {
      readonly type: 'digit';
      readonly channel: ChannelId;
      readonly digit: string;
      readonly durationMs: number;
    }
  | {
      readonly type: 'playback-finished';
      readonly playback: string;
      readonly channel: ChannelId;
      readonly failed: boolean;
    }
  /** What `recordMessage` made has come to its end: by its length, the key, silence or the caller's going. */
  | {
      readonly type: 'message-recorded';
      readonly recording: string;
      readonly channel: ChannelId;
      readonly failed: boolean;
    }
  | { readonly type: 'held'; readonly channel: ChannelId }
  | { readonly type: 'resumed'; readonly channel: ChannelId }
  /** A phone sent REFER. Answer with transferProgress. */
  | {
      readonly type: 'transfer-asked';
      /** The channel the REFER came on. */
      readonly channel: ChannelId;
      /** Whom that channel was talking to. */
      readonly partner?: ChannelId;
      readonly transfer: Transfer;
    }
  /** Whenever it changes. How it stands at the connect is in peers(). */
  | { readonly type: 'peer-state'; readonly peer: Peer; readonly reachable: boolean }
  /** After every connect. `birth` differs from the last one when the engine itself was started anew: all former channels are gone. */
  | { readonly type: 'connected'; readonly birth: string }
  /** Channels live on and wait; what happens meanwhile is not reported later. */
  | { readonly type: 'lost'; readonly reason: string };

export interface Leg {
  /** Chosen by the caller of this, so that its events can be awaited before the request is sent. */
  readonly channel: ChannelId;
  readonly to:
    | { readonly kind: 'phone'; readonly name: string }
    | {
        readonly kind: 'gateway';
        readonly name: string;
        readonly number: string;
        /** Dialled there even while the gateway is thought to be out. */
        readonly at?: { readonly host: string; readonly port: number };
      };
  /** Shown to the called side. */
  readonly callerNumber: string;
  readonly callerName?: string;
  /** The channel this leg is for: its codec is offered first, so that the two need no conversion. */
  readonly originator?: ChannelId;
}

/** How a transfer goes, told to the phone that asked for it. */
export type TransferState = 'progress' | 'ringing' | 'done' | 'unavailable' | 'refused';

export type Whisper = 'nobody' | 'party' | 'both';

export interface SoundPackets {
  readonly received: number;
  readonly sent: number;
}

/** Of a channel's whole life so far. */
export interface SoundFigures extends SoundPackets {
  /** Packets that should have come and have not, by the engine's last RTCP report: it makes one in 5 s. */
  readonly lost: number;
  readonly jitterMs: number;
  /** What the far end said by RTCP of what it was sent; absent until it has. */
  readonly reported?: { readonly lost: number; readonly jitterMs: number; readonly roundTripMs: number };
}

export interface PeerFacts {
  readonly peer: Peer;
  readonly reachable: boolean;
  readonly channels: readonly ChannelId[];
}

export interface Registration {
  /** As the branch names it. */
  readonly line: string;
  /** `trying`: neither accepted nor refused yet. */
  readonly state: 'registered' | 'failed' | 'trying';
}

export interface Snapshot {
  readonly birth: string;
  /** `ours`: in the firmware's hands. Others are the engine's own, for example calls it took alone. */
  readonly channels: readonly (ChannelFacts & { readonly ours: boolean })[];
  readonly bridges: readonly { readonly bridge: BridgeId; readonly channels: readonly ChannelId[] }[];
}

/** What can be heard: 'sound:NAME' of the engine's own, an absolute path without extension as it is inside the engine, or a tone. */
export type Media = `sound:${string}` | `tone:${string}`;

/**
 * Commands are carried out in the order they are given, on one connection: a leg may be created and dialled, or two
 * channels bridged, without waiting in between. Each promise rejects with EngineRefused or EngineSilent.
 */
export interface Engine {
  readonly birth: string;
  answer(channel: ChannelId): Promise<void>;
  ring(channel: ChannelId): Promise<void>;
  stopRinging(channel: ChannelId): Promise<void>;
  /** Lets a caller who is not answered yet hear what comes from the called side (SIP 183). */
  progress(channel: ChannelId): Promise<void>;
  /** `cause` as Q.850, 16 when left out; a channel not yet answered tells the other side by its SIP response. */
  hangup(channel: ChannelId, cause?: number): Promise<void>;
  /** In order, without a gap; one playback-finished for all of it. */
  play(channel: ChannelId, playback: string, media: readonly Media[], language?: string): Promise<void>;
  stopPlay(playback: string): Promise<void>;
  startMusic(channel: ChannelId, music: string): Promise<void>;
  stopMusic(channel: ChannelId): Promise<void>;
  /**
   * Records what this channel alone says, after a beep, to messageFile(recording); '#' or 10 s of silence end it.
   * `maxMs` is rounded up to whole seconds.
   */
  recordMessage(channel: ChannelId, recording: string, maxMs: number): Promise<void>;
  /** The lamps of the telephones that show this voicemail box, and the counts beside them. */
  showMessages(box: string, counts: { readonly fresh: number; readonly heard: number }): Promise<void>;
  sendDigits(channel: ChannelId, digits: string): Promise<void>;
  /** Rings a phone, or dials out by a gateway, for `ringMs`, rounded up to whole seconds. */
  call(leg: Leg, ringMs: number): Promise<void>;
  /**
   * Calls in by a line of the engine's own, for a check: `inside` is told with channel-arrived, as a caller's channel is, and has no
   * peer; `caller` is its other end, and is there when `inside` has been answered. One that nobody claims ends, and rings nowhere.
   */
  callIn(line: {
    readonly caller: ChannelId;
    readonly inside: ChannelId;
    readonly number: string;
  }): Promise<void>;
  /** Whether the far end of a call by `call` has answered it with anything at all: SIP 100 is enough. */
  farEndAnswers(channel: ChannelId): Promise<boolean>;
  /**
   * Makes the channel `snoop`, which hears both sides of `channel` and ends with it. What a bridge gives to it is heard by those
   * that `whisper` names: nobody, the party of `channel`, or both that party and who talks with him.
   */
  snoop(channel: ChannelId, snoop: ChannelId, whisper: Whisper): Promise<void>;
  /**
   * Makes the channel `ear`, which hears what `channel` alone says and writes it to messageFile(recording) until the one or the
   * other ends, without a beep; told with message-recorded of `ear`. `maxMs` is rounded up to whole seconds.
   */
  overhear(channel: ChannelId, ear: ChannelId, recording: string, maxMs: number): Promise<void>;
  /** Its sound so far; rejects for a channel that has none or is gone. */
  soundFigures(channel: ChannelId): Promise<SoundFigures>;
  createBridge(bridge: BridgeId, name?: string): Promise<void>;
  addToBridge(bridge: BridgeId, channels: readonly ChannelId[]): Promise<void>;
  removeFromBridge(bridge: BridgeId, channels: readonly ChannelId[]): Promise<void>;
  destroyBridge(bridge: BridgeId): Promise<void>;
  /** Records the channel whenever it is in a bridge, once what was asked before has been done; `again` when it was recorded before. */
  record(order: RecordOrder): Promise<void>;
  stopRecording(channel: ChannelId): Promise<void>;
  /** Gives the channel back to the engine, which then treats it as a call nobody took. */
  giveUp(channel: ChannelId): Promise<void>;
  transferProgress(channel: ChannelId, state: TransferState): Promise<void>;
  /** Once it is settled whether each of the `known` calls is ours. */
  snapshot(known?: ReadonlySet<ChannelId>): Promise<Snapshot>;
  /** How they stand; of each in the answer it is told from then on when that changes. */
  peers(): Promise<readonly PeerFacts[]>;
  /** Of the lines that register at their far end. */
  registrations(): Promise<readonly Registration[]>;
  /** Such as '22.10.1'. */
  version(): Promise<string | undefined>;
  ping(): Promise<void>;
  close(): void;
}

/** The file of a message beneath the engine's spool: 16-bit little-endian, 8 kHz, one channel, no header. */
export const messageFile = (recording: string): string => `recording/${recording}.sln`;

export interface RecordOrder {
  readonly channel: ChannelId;
  /**
   * A name ending in .raw, beneath the recordings directory. It is appended to: 16-bit little-endian, 8 kHz, two channels
   * interleaved, what the channel says first, no header.
   */
  readonly file: string;
  /** A recording that is on is ended first: it may have lost a side for good. */
  readonly again: boolean;
}

/** One of the queues of tasks that the engine has within itself. */
export interface TaskQueue {
  readonly name: string;
  /** Tasks that wait. */
  readonly depth: number;
  /** It is behind from so many on until there are fewer than `low`; PJSIP takes no new calls meanwhile. */
  readonly low: number;
  readonly high: number;
}
