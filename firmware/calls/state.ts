/**
 * Calls in progress, as data. A call belongs to its anchor (the party that brought it: the caller, or who is left after
 * a transfer) and to legs: parties that the branch offers it to. The engine's channels are named, never held.
 */
import type { Outside } from '../routing/dial-form.ts';
import type { Party, SupervisionMode } from '@branchline/contracts/ledger';
import type { Destination, SocketAddress } from '@branchline/contracts/branch/values';
import type { FlowContext } from '../flows/context.ts';
import type { FlowRun } from '../flows/run.ts';
import type { ListenRun } from '../voicemail/listening.ts';
import type { CallbackState } from '../acd/callback.ts';
import type { AcdState, Offer } from '../acd/state.ts';
import type { BrakeState } from '../routing/brake.ts';
import type { Worths } from '../routing/worth.ts';
import type { DialledOutside } from '../routing/outgoing.ts';

export interface SwitchboardState {
  readonly calls: Readonly<Record<string, Call>>;
  /** What trunks are worth, as far as that was told since the start. */
  readonly worths?: Worths;
  /** New calls are refused, but those of an emergency. */
  readonly refusing?: boolean;
  /** Another one calls people back now. */
  readonly idle?: boolean;
  /** Another one answers for the branch now. */
  readonly passing?: boolean;
  /** Why no new recording begins; absent while they do. */
  readonly recordingsHeld?: string;
  /** Why no message is taken; absent while they are. */
  readonly messagesRefused?: string;
  /** What the fraud brake knows of each extension and trunk. */
  readonly brake?: BrakeState;
  /** Which call a channel belongs to. */
  readonly channels: Readonly<Record<string, string>>;
  readonly acd: AcdState;
  readonly callbacks: CallbackState;
  /** Of callers who were cut off while they waited. */
  readonly places?: Places;
}

/** Of a caller who was cut off while he waited. */
export interface Place {
  readonly queue: string;
  /** Since when he has waited, ms since 1970. */
  readonly since: number;
  /** How long it is kept, ms since 1970. */
  readonly until: number;
  /** Of a place that was handed over: the call that waited there. */
  readonly call?: string;
}

/** By the number that the caller is known by. */
export type Places = Readonly<Record<string, Place>>;

export interface Call {
  readonly id: string;
  readonly direction: 'in' | 'out' | 'internal';
  readonly dialled: string;
  readonly number?: string;
  readonly trunk?: string;
  readonly emergency: boolean;
  readonly offeredAt: number;
  anchor: Anchor;
  stage: Stage;
  stageSince: number;
  legs: Record<string, Leg>;
  bridged: boolean;
  /** Numbers for the names of legs and playbacks, so that a name is never used twice. */
  nextLeg: number;
  nextPlayback: number;
  recording?: CallRecording;
  /** The caller was told that he is recorded. */
  announced?: boolean;
  /** Recording was asked for, and the engine has not said yet that it is on. */
  arming?: true;
  /** Why there is no recording although the policy asks for one. */
  unrecorded?: string;
  answeredAt?: number;
  /** Talk before the present stretch, ms. */
  talkedMs: number;
  talkingSince?: number;
  /** `apart`: who was held by order, and is in no bridge until it ends. */
  held?: { by: string; since: number; apart?: string };
  queue?: string;
  /** What the flows have learnt of the caller, once he has left them. */
  context?: FlowContext;
  /** When the caller first came into a queue; he keeps his place when he is sent on to another. */
  queuedSince?: number;
  /** Queues he has been sent on from. */
  queuesSeen?: readonly string[];
  /** The number that the ACD knows the customer by. */
  readonly customer?: string;
  /** Rings at who parked it, as nobody took it: without an answer it is parked again. */
  returning?: Parking;
  /** Who listens, or is asked to. */
  watch?: Watch;
  /** Of a call that calls a customer back. */
  callback?: CallingBack;
  /** He has asked to be called back: when he hangs up now, nothing is missed. */
  asked?: true;
  /** Set once the end is decided; the call goes when its last channel has gone. */
  ending?: Ending;
  recovered?: 'service-restart' | 'engine-restart';
  /** Of a call to the outside: what its minutes are counted for. */
  out?: {
    readonly class: DialledOutside['class'];
    readonly number: string;
    readonly extension?: string;
    readonly trunk?: string;
    /** Talk before it left, in ms: not paid for. */
    readonly talkedBefore: number;
  };
  /** When channels that were told to go, and have not gone, are told again. */
  remindAt?: number;
}

/** A supervisor at a talk. He is none of its parties: he hears it through a channel of its own, which the engine ends with the one it hears. */
export interface Watch {
  readonly by: Party;
  readonly person: string;
  /** The party whose side he is at. */
  readonly of: Party;
  readonly mode: SupervisionMode;
  readonly ordered: string;
  /** His telephones that ring; none once one has answered. */
  readonly ringing: readonly string[];
  /** His telephone's channel, and what it hears the talk through. */
  readonly in?: { readonly channel: string; readonly snoop: string; readonly since: number };
}

export interface CallingBack {
  readonly id: string;
  readonly queue: string;
  /** The customer's, as it is dialled. */
  readonly number: string;
  /** Since when he waits. */
  readonly since: number;
  readonly first: 'agent' | 'customer';
  readonly ringMs: number;
  readonly trunks: readonly string[];
  /** What he is shown; nothing when left out. */
  readonly callerId?: string;
  /** The customer has answered. */
  readonly reached?: true;
}

export interface Anchor {
  readonly channel: string;
  readonly party: Party;
  readonly phone?: string;
  /** The person at that phone, where it is one of ours. */
  readonly person?: string;
  answered: boolean;
  gone: boolean;
  /** The queue that gave him the call, for an agent who was left with it: he wraps up as any other of it. */
  readonly queue?: string;
  /** Since when he talks, for one who became the anchor of a conference. */
  joinedAt?: number;
}

export interface Leg {
  /** The channel's name, chosen by us before the engine makes it. */
  readonly id: string;
  readonly party: Party;
  readonly endpoint: Endpoint;
  readonly person?: string;
  readonly queue?: string;
  /** Who wants him in the talk, for one who is called while others talk. */
  readonly invitedBy?: Party;
  /** Of one who is invited from outside: the number, and the lines to it that were not tried yet. */
  readonly invitation?: { readonly to: Outside; readonly untried: readonly string[] };
  /** Of a person's mobile: its number, the lines to it that were not tried yet, and whether whoever answered was asked, and has taken the call. */
  readonly mobile?: {
    readonly to: Outside;
    readonly untried: readonly string[];
    /** The playback that asks. */
    readonly asked?: string;
    readonly taken?: true;
  };
  /** Who had it ring here although it rings elsewhere. */
  readonly picked?: string;
  /** The number he is shown; who is calling, when left out. */
  readonly shown?: string;
  readonly attempt: number;
  readonly offeredAt: number;
  /** When ringing ends without an answer, ms since 1970. */
  readonly until: number;
  state: 'offered' | 'ringing' | 'up';
  answeredAt?: number;
  /** Put the call on hold as he answered, before he could be joined with anybody. */
  holding?: true;
  /** Of a line outside that is silent so far: when it is asked whether the far end has heard of the call, ms since 1970. */
  askAt?: number;
  /** The far end has answered with something, if not with ringing. */
  heard?: true;
  /** Why we are ending it, set when we asked the engine to. */
  dropped?: 'no-answer' | 'answered-elsewhere' | 'caller-gone' | 'finished' | 'silent';
}

export type Endpoint =
  | { readonly kind: 'phone'; readonly name: string }
  | {
      readonly kind: 'gateway';
      readonly name: string;
      readonly trunk: string;
      readonly number: string;
      /** Dialled there even while the gateway is thought to be out. */
      readonly at?: SocketAddress;
    };

export type Stage =
  /** Before it is settled where the call goes; never beyond one step. */
  | { readonly at: 'arriving' }
  | { readonly at: 'flow'; readonly run: FlowRun; readonly playback?: string; readonly waitUntil?: number }
  /** `recording` from the end of the greeting on; never when `refused`. */
  | {
      readonly at: 'voicemail';
      readonly box: string;
      readonly playback?: string;
      readonly recording?: string;
      readonly refused?: boolean;
      readonly waitUntil?: number;
    }
  | {
      readonly at: 'listening';
      readonly run: ListenRun;
      readonly playback?: string;
      readonly waitUntil?: number;
    }
  | { readonly at: 'announcing'; readonly playback: string; readonly then: Onward }
  | {
      readonly at: 'queue';
      readonly queue: string;
      readonly since: number;
      /** The announcement that he hears instead of music. */
      readonly announcement?: string;
    }
  | {
      readonly at: 'ringing';
      readonly onward: Onward;
      readonly untried: readonly string[];
      readonly callerId?: string;
      /** Of an emergency call: when its next try begins, which round of all lines it is, and the lines that had no room. */
      readonly waitUntil?: number;
      readonly round?: number;
      readonly full?: readonly string[];
      /** The line for which another call was let go. */
      readonly freed?: string;
    }
  /** Hears music until somebody dials the slot; `waitUntil` is when he goes back to who parked him. */
  | ({ readonly at: 'parked'; readonly waitUntil: number } & Parking)
  /** Nobody has answered yet: there is no anchor, and who answers first becomes it. */
  | {
      readonly at: 'calling-back';
      /** Agents who are taken, and are rung when the customer has answered. */
      readonly offers: readonly Offer[];
      /** Lines to the customer that were not tried yet. */
      readonly untried: readonly string[];
    }
  | { readonly at: 'talking' };

export interface Parking {
  readonly slot: string;
  readonly by: Party;
  /** The person who parked it. */
  readonly person?: string;
}

/** Where a call goes next: inside the branch, or to a number outside by these trunks in turn. */
export type Onward =
  | Exclude<Destination, { kind: 'outside' }>
  | {
      readonly kind: 'outside';
      readonly number: string;
      /** As it was dialled, where that differs. */
      readonly dialled?: string;
      readonly class?: DialledOutside['class'];
      readonly trunks: readonly string[];
      readonly callerId?: string;
      /** For it another call may be ended. */
      readonly preempt?: true;
    };

export interface CallRecording {
  readonly id: string;
  /** File name inside the recorder's folder. */
  readonly file: string;
  readonly startedAt: number;
  stalled: boolean;
}

export interface Ending {
  readonly outcome:
    'answered' | 'abandoned' | 'not-answered' | 'busy' | 'refused' | 'failed' | 'merged' | 'survived';
  readonly endedBy: 'caller' | 'callee' | 'branch' | 'engine';
  readonly phase: 'flow' | 'queue' | 'ringing' | 'talking';
  readonly at: number;
  readonly cause?: number;
}

/** The part of a call's life a person would name. */
export function phaseOf(stage: Stage): Ending['phase'] {
  switch (stage.at) {
    case 'flow':
    case 'announcing':
    case 'arriving':
    case 'voicemail':
    case 'listening':
      return 'flow';
    case 'parked':
      return 'talking';
    case 'calling-back':
      return 'ringing';
    default:
      return stage.at;
  }
}

export const upLegs = (call: Readonly<Call>): Leg[] =>
  Object.values(call.legs).filter((leg) => leg.state === 'up');
export const pendingLegs = (call: Readonly<Call>): Leg[] =>
  Object.values(call.legs).filter((leg) => leg.state !== 'up');
/** The names of legs are ours: by its name alone a channel is known to be one, whatever became of its call. */
export const legName = (call: string, number: number): string => `${call}-leg-${number}`;
export const isLegName = (channel: string): boolean => /-leg-\d+$/.test(channel);
export const recordingFile = (call: Pick<Call, 'id'>): string => `${call.id}.raw`;
export const snoopName = (call: string, number: number): string => `${call}-snoop-${number}`;
export const watchBridgeOf = (call: Pick<Call, 'id'>): string => `${call.id}-watch`;
export const bridgeOf = (call: Pick<Call, 'id'>): string => `${call.id}-bridge`;
