/** What happens to calls, as the core is told it; and what the core asks for. */
import type { AlarmCode } from '@branchline/contracts/alarms';
import type { Party } from '@branchline/contracts/ledger';
import type { HandedOver } from '@branchline/contracts/stand-in-wire';
import type { Whisper } from '../engine/port.ts';
import type { Heard } from '../flows/heard.ts';
import type { LookUpRequest } from '../flows/run.ts';
import type { HeardMessage } from '../voicemail/listening.ts';
import type { Worth } from '../routing/worth.ts';
import type { CallOrder } from './call-order.ts';
import type { Endpoint } from './state.ts';

export type CallEvent =
  | {
      readonly type: 'arrived';
      readonly channel: string;
      readonly from: { readonly kind: 'phone' | 'gateway'; readonly name: string };
      readonly callerNumber: string;
      readonly dialled: string;
    }
  /** What 'record' asked for is so, or is not. */
  | { readonly type: 'recording-on'; readonly channel: string }
  | { readonly type: 'recording-refused'; readonly channel: string }
  | { readonly type: 'ringing'; readonly channel: string }
  | { readonly type: 'early-media'; readonly channel: string }
  | { readonly type: 'up'; readonly channel: string }
  /** `cause` as Q.850; `sip` the far end's final response, where it gave one. */
  | { readonly type: 'gone'; readonly channel: string; readonly cause: number; readonly sip?: number }
  /** What 'ask-far-end' asked: whether the far end has answered the call with anything at all. */
  | { readonly type: 'far-end'; readonly channel: string; readonly answers: boolean }
  /** What a trunk is worth from now on. */
  | { readonly type: 'trunk-worth'; readonly trunk: string; readonly worth: Worth }
  /** From now on only calls of an emergency are begun, or all again. */
  | { readonly type: 'refuse-new'; readonly on: boolean }
  /** Calls that the network brings are another's now: they go back to it, so that it tries the next. */
  | { readonly type: 'pass-on'; readonly on: boolean }
  /** Whether this one may do by itself what must not be done twice: call people back. */
  | { readonly type: 'rights'; readonly acts: boolean }
  /** The other one of box and stand-in has answered for the branch so far. */
  | { readonly type: 'handed-over'; readonly handed: HandedOver }
  /** From now on no new recording begins, and why; or they begin again. What is recorded goes on. */
  | { readonly type: 'recordings-held'; readonly because: string | null }
  | { readonly type: 'messages-refused'; readonly because: string | null }
  /** An extension that the fraud brake has stopped may call out again. */
  | { readonly type: 'release-extension'; readonly extension: string; readonly by: string }
  | { readonly type: 'digit'; readonly channel: string; readonly digit: string }
  | { readonly type: 'played'; readonly playback: string; readonly channel: string }
  | {
      readonly type: 'looked-up';
      readonly call: string;
      readonly lookUp: number;
      readonly variables: Readonly<Record<string, string>>;
      readonly tags: readonly string[];
    }
  | {
      readonly type: 'look-up-failed';
      readonly call: string;
      readonly lookUp: number;
      readonly because: string;
    }
  | { readonly type: 'message-recorded'; readonly channel: string; readonly recording: string }
  | { readonly type: 'messages'; readonly call: string; readonly messages: readonly HeardMessage[] }
  | { readonly type: 'held'; readonly channel: string }
  | { readonly type: 'resumed'; readonly channel: string }
  | { readonly type: 'transfer'; readonly channel: string; readonly to: TransferTarget }
  | { readonly type: 'phone'; readonly phone: string; readonly reachable: boolean }
  | {
      readonly type: 'agent-order';
      readonly agent: string;
      readonly state: 'ready' | 'not-ready' | 'signed-out';
      readonly reason?: string;
      /** Who ordered it, as the ledger names him; the agent himself when left out. */
      readonly by?: string;
    }
  /** Wrap-up of an agent ends now, or takes so much longer. */
  | {
      readonly type: 'agent-wrap-up';
      readonly agent: string;
      readonly moreMs: number | 'end';
      readonly by?: string;
    }
  /** A supervisor moves a caller who waits before or behind others. */
  | { readonly type: 'promote'; readonly call: string; readonly priority: number }
  /** Somebody asks for something at a call, by the API; `by` as the ledger names him. */
  | { readonly type: 'order'; readonly order: CallOrder; readonly by: string }
  | { readonly type: 'cancel-callback'; readonly callback: string }
  /** It was switched on, and nothing came of it yet. */
  | { readonly type: 'recording-empty'; readonly call: string }
  | { readonly type: 'recording-stalled'; readonly call: string; readonly bytes: number }
  | { readonly type: 'recording-grows'; readonly call: string }
  /** Another document is in force from this step on: what it has shortened is due at once. */
  | { readonly type: 'document-changed' }
  | { readonly type: 'new-day' }
  /** The wall clock was taken anew: times that were noted before may lie in what is now the future. */
  | { readonly type: 'clock-moved' }
  | { readonly type: 'tick' };

export type TransferTarget =
  | { readonly kind: 'blind'; readonly dialled: string }
  /** The transferor's own channel in the other call. */
  | { readonly kind: 'attended'; readonly otherChannel: string };

export type CallEffect =
  | { readonly do: 'answer'; readonly channel: string }
  | { readonly do: 'ring'; readonly channel: string }
  | { readonly do: 'stop-ringing'; readonly channel: string }
  | { readonly do: 'progress'; readonly channel: string }
  /** Answered with 'far-end'. */
  | { readonly do: 'ask-far-end'; readonly channel: string }
  | { readonly do: 'hang-up'; readonly channel: string; readonly cause: number }
  | {
      readonly do: 'play';
      readonly channel: string;
      readonly playback: string;
      readonly prompts: readonly Heard[];
    }
  /** To one who waits and hears music: the music stops for it, and is to go on when it was played. */
  | {
      readonly do: 'announce';
      readonly channel: string;
      readonly playback: string;
      readonly prompts: readonly Heard[];
    }
  | { readonly do: 'stop-playing'; readonly playback: string }
  /** Answered with 'looked-up' or 'look-up-failed', within the request's time. */
  | {
      readonly do: 'look-up';
      readonly call: string;
      readonly lookUp: number;
      readonly request: LookUpRequest;
    }
  | {
      readonly do: 'record-message';
      readonly channel: string;
      readonly recording: string;
      readonly maxMs: number;
    }
  | {
      readonly do: 'keep-message';
      readonly call: string;
      readonly box: string;
      readonly recording: string;
      /** The caller's number. */
      readonly from: string;
      /** When he began to speak, ms since 1970. */
      readonly at: number;
    }
  /** Answered with 'messages'. */
  | { readonly do: 'list-messages'; readonly call: string; readonly boxes: readonly string[] }
  | {
      readonly do: 'mark-message-heard' | 'delete-message';
      readonly box: string;
      readonly message: string;
      /** The extension that asked. */
      readonly by: string;
    }
  | { readonly do: 'music'; readonly channel: string; readonly on: boolean; readonly music: string }
  | {
      readonly do: 'dial';
      readonly channel: string;
      readonly endpoint: Endpoint;
      readonly callerId: string;
      /** The channel it is for; none where the branch itself calls. */
      readonly beside?: string;
      /** Written down before it is done: whatever is killed in between, he is not called twice. */
      readonly once?: true;
      readonly ringMs: number;
    }
  /** A new channel in the application that hears both sides of one; what is said into it, those hear that `whisper` names. */
  | {
      readonly do: 'snoop';
      readonly channel: string;
      readonly snoop: string;
      readonly whisper: Whisper;
    }
  | {
      readonly do: 'bridge';
      readonly bridge: string;
      readonly create: boolean;
      readonly channels: readonly string[];
    }
  | { readonly do: 'unbridge'; readonly bridge: string; readonly channel: string }
  | { readonly do: 'end-bridge'; readonly bridge: string }
  | {
      readonly do: 'record';
      readonly channel: string;
      readonly file: string;
      /** The channel may be recorded already. */
      readonly again: boolean;
    }
  | { readonly do: 'stop-recording'; readonly channel: string }
  | { readonly do: 'transfer-result'; readonly channel: string; readonly result: 'accepted' | 'refused' }
  | { readonly do: 'watch-recording'; readonly call: string; readonly file: string; readonly on: boolean }
  | {
      readonly do: 'keep-recording';
      readonly call: string;
      readonly recording: string;
      readonly file: string;
      readonly parties: readonly Party[];
      /** The end was found out later: sound may be missing there. */
      readonly salvaged: boolean;
    }
  | {
      readonly do: 'raise-alarm';
      readonly code: AlarmCode;
      readonly subject: string;
      readonly detail: string;
    }
  | { readonly do: 'clear-alarm'; readonly code: AlarmCode; readonly subject: string };

/** ITU-T Q.850 causes that the core names. */
export const CAUSE = {
  unallocated: 1,
  noRoute: 3,
  normal: 16,
  busy: 17,
  noResponse: 18,
  noAnswer: 19,
  absent: 20,
  rejected: 21,
  outOfOrder: 27,
  congestion: 34,
  networkOutOfOrder: 38,
  temporaryFailure: 41,
  switchCongestion: 42,
  notAllowed: 57,
  recovered: 102,
} as const;
