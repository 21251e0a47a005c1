/** Flows as the services run them: each a graph of named nodes. A node's id says where its step stands in the document. */
import type { LANGUAGES } from '../fields.ts';
import type { Destination } from '../values.ts';
import type { CallerPattern } from './values.ts';

type Language = (typeof LANGUAGES)[number];
type LocalText = Readonly<Record<Language, string>>;

export type Prompt =
  | { readonly kind: 'prompt'; readonly name: string }
  | { readonly kind: 'tone'; readonly name: 'beep' | 'ringback' | 'busy' }
  /** Spoken; {variable} stands for a value. */
  | { readonly kind: 'say'; readonly text: LocalText };

/** '3' for the third step of a flow; '3.closed.1' for the first of the list beneath its `closed`. */
export type NodeId = string;

export type Way = { readonly node: NodeId } | { readonly to: Destination };

export interface Flow {
  readonly name: string;
  /** What its prompts are heard in; the caller's or the branch's own when left out. */
  readonly language?: Language;
  /** Another one whenever anything in the flow is another: 8 hexadecimal digits. */
  readonly version: string;
  readonly start: Way;
  readonly nodes: Readonly<Record<NodeId, FlowNode>>;
}

export interface Condition {
  readonly callers?: readonly CallerPattern[];
  readonly tag?: string;
  readonly variable?: string;
  readonly is?: readonly string[];
  readonly starts?: string;
  /** From Monday = 0, in the branch's zone. */
  readonly days?: readonly number[];
  /** Minutes since midnight, from inclusive, to exclusive. */
  readonly time?: { readonly from: number; readonly to: number };
}

export interface Settings {
  readonly variables: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly priority?: number;
  readonly needs: Readonly<Record<string, number>>;
  readonly language?: Language;
  readonly after?: Destination;
}

export interface Question {
  readonly id: string;
  readonly prompt: Prompt;
  readonly digits: readonly string[];
}

interface Asking {
  readonly prompt: Prompt;
  /** Heard after an answer that is none. */
  readonly wrong?: Prompt;
  readonly waitMs: number;
  readonly tries: number;
}

export type PlayNode = { readonly kind: 'play'; readonly prompt: Prompt; readonly next: Way };
export type HoursNode = {
  readonly kind: 'hours';
  readonly hours: string;
  readonly open: Way;
  readonly closed: Way;
  readonly holiday: Way;
};
export type MenuNode = {
  readonly kind: 'menu';
  readonly digits: Readonly<Record<string, Way>>;
  readonly none: Way;
} & Asking;
export type CollectNode = {
  readonly kind: 'collect';
  readonly variable: string;
  readonly min: number;
  readonly max: number;
  readonly end: string;
  readonly next: Way;
  readonly none: Way;
} & Asking;
export type WhenNode = {
  readonly kind: 'when';
  readonly condition: Condition;
  readonly then: Way;
  readonly else: Way;
};
export type LookUpNode = {
  readonly kind: 'look-up';
  /** With {variable} in it, each to be escaped as a part of an address. */
  readonly address: string;
  readonly method: 'GET' | 'POST';
  readonly send: Readonly<Record<string, string>>;
  readonly take: Readonly<Record<string, readonly string[]>>;
  readonly tags?: readonly string[];
  readonly withinMs: number;
  readonly meanwhile?: Prompt;
  readonly secret?: string;
  readonly next: Way;
  readonly failed: Way;
};
export type SetNode = { readonly kind: 'set'; readonly settings: Settings; readonly next: Way };
export type SurveyNode = {
  readonly kind: 'survey';
  readonly survey: string;
  readonly questions: readonly Question[];
  readonly waitMs: number;
  readonly tries: number;
  readonly next: Way;
};

export type FlowNode =
  PlayNode | HoursNode | MenuNode | CollectNode | WhenNode | LookUpNode | SetNode | SurveyNode;

export interface VoicemailBox {
  readonly name: string;
  readonly title: LocalText;
  readonly greeting: Prompt;
  /** Persons whose telephones show the lamp, and who may listen. */
  readonly people: readonly string[];
  readonly longestMs: number;
  readonly keepMs: number;
  readonly mail: readonly string[];
}

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly from: string;
  readonly user?: string;
  readonly secret?: string;
}
