/** A flow that is being followed for one caller, as plain data: it lives through a restart in the middle of any step. */
import type { NodeId, Way } from '@branchline/contracts/branch/flows/model';
import type { Destination } from '@branchline/contracts/branch/values';
import type { FlowContext } from './context.ts';
import type { Heard } from './heard.ts';

export interface FlowRun {
  readonly flow: string;
  /** Of the graph that is followed; when the document brings another, the flow begins again. */
  readonly version: string;
  /** The node whose end is awaited. */
  readonly at?: NodeId;
  readonly context: FlowContext;
  readonly awaiting?: Awaiting;
  /** How many look-ups were asked for, so that a late answer is not taken for the present one's. */
  readonly lookUps: number;
}

export type Awaiting =
  | { readonly for: 'prompt' }
  | {
      readonly for: 'answer';
      readonly tries: number;
      readonly playing: boolean;
      /** Pressed so far. */
      readonly digits: string;
      /** Of a survey: from 0. */
      readonly question: number;
    }
  | { readonly for: 'look-up'; readonly lookUp: number; readonly playing: boolean };

export type FlowInput =
  | { readonly type: 'played' }
  | { readonly type: 'digit'; readonly digit: string }
  | { readonly type: 'waited' }
  | {
      readonly type: 'looked-up';
      readonly lookUp: number;
      readonly variables: Readonly<Record<string, string>>;
      readonly tags: readonly string[];
    }
  | { readonly type: 'look-up-failed'; readonly lookUp: number; readonly because: string };

export interface LookUpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: Readonly<Record<string, string>>;
  readonly take: Readonly<Record<string, readonly string[]>>;
  readonly tags?: readonly string[];
  /** The name of a secret, never the secret. */
  readonly secret?: string;
  readonly withinMs: number;
}

export type FlowAction =
  /** One after the other, without a gap. */
  | { readonly do: 'play'; readonly prompts: readonly Heard[] }
  | { readonly do: 'stop-playing' }
  | { readonly do: 'wait'; readonly ms: number }
  /** Answered with 'looked-up' or 'look-up-failed'; 'waited' stands for an answer that never comes. */
  | { readonly do: 'look-up'; readonly lookUp: number; readonly request: LookUpRequest }
  | {
      readonly do: 'note';
      readonly flow: string;
      readonly node?: NodeId;
      readonly step: string;
      readonly heard?: string;
      readonly digit?: string;
    }
  | { readonly do: 'answer'; readonly survey: string; readonly question: string; readonly answer: string }
  | { readonly do: 'go'; readonly to: Destination }
  /** The document has the flow no longer: the caller is to be sent where his number leads now. */
  | { readonly do: 'lost'; readonly flow: string };

export interface FlowResult {
  readonly run: FlowRun;
  readonly actions: readonly FlowAction[];
}

/** What a node asks for when it is come to, and when something happens at it; `next` when it has come to its end. */
export interface Visit {
  readonly actions: readonly FlowAction[];
  readonly awaiting?: Awaiting;
  readonly context?: FlowContext;
  readonly next?: Way;
}
