/** What the box's page shows and does, as the other rooms provide it. */
import type { z } from 'zod';
import type { about, agentOrder, consoleRoutes, documentInForce } from '@branchline/contracts/http/console';
import type { callDetail, callPage, callQuery } from '@branchline/contracts/http/common';
import type { VoicemailBox } from '@branchline/contracts/branch/flows/model';
import type { ClaimStatus } from '@branchline/contracts/http/claim';
import type { WhyReader } from '@branchline/contracts/call-why';
import type { Figures } from '@branchline/contracts/queue-figures';
import type { WaitingCallback } from '@branchline/contracts/http/callbacks';
import type { BoxContinuity } from '@branchline/contracts/http/box-continuity';
import type { NewEvent } from '@branchline/contracts/ledger';

import type { LiveTrunk } from '@branchline/contracts/trunks';
import type { ForwardingRefusal } from '../trunks/forwarding/book.ts';
import type { TrunkRefusal } from '../trunks/trunk-book.ts';
import type { CallOrder, Refusal } from '../calls/call-order.ts';
import type { AlarmNeeds } from './alarms.ts';
import type { BrakeNeeds } from './brakes.ts';
import type { PowerNeeds } from './power.ts';
import type { SafeModeNeeds } from './safe-mode.ts';
import type { SelfCheckNeeds } from './self-check.ts';
import type { VisitNeeds } from './visits.ts';
import type { Message } from '../voicemail/message-store.ts';

export type About = z.infer<typeof about>;
export type AgentOrder = z.infer<typeof agentOrder>;
export type CallQuery = z.output<typeof callQuery>;
export type DocumentInForce = z.infer<typeof documentInForce>;
export type DocumentCheck = z.infer<typeof consoleRoutes.checkDocument.response & {}>;
export type DocumentTaken = z.infer<typeof consoleRoutes.takeDocument.response & {}>;
export type Readiness = z.infer<typeof consoleRoutes.ready.response & {}>;

export interface VoicemailNeeds {
  readonly boxes: Readonly<Record<string, VoicemailBox>>;
  list(box: string): readonly Message[];
  soundOf(box: string, message: string): string | undefined;
  markHeard(box: string, message: string, by: string): Message | undefined;
  markNew(box: string, message: string): Message | undefined;
  remove(box: string, message: string, by: string): Message | undefined;
}

export interface InCallNeeds {
  /** Gives why it was not carried out; undefined when it was. `by` as the ledger names people. */
  order(order: CallOrder, by: string): Refusal | undefined;
  slotOf(call: string): string | undefined;
}

export interface TrunkNeeds {
  all(): LiveTrunk[];
  view(trunk: string): LiveTrunk | undefined;
  /** Each gives why it was not carried out; undefined when it was. `by` as the ledger names people. */
  drain(trunk: string, by: string): TrunkRefusal | undefined;
  busyOut(trunk: string, by: string): TrunkRefusal | undefined;
  putBack(trunk: string): TrunkRefusal | undefined;
  test(trunk: string): TrunkRefusal | undefined;
  /** Has its exchange forward what it does not take, by codes that are dialled now. */
  forward(trunk: string): ForwardingRefusal | undefined;
  /** Resolves when what could be asked has answered, or not; undefined when nothing of it can be asked. */
  look(trunk: string): Promise<void> | undefined;
}

export interface ConsoleNeeds {
  readonly history: {
    list(query: CallQuery): z.infer<typeof callPage>;
    detail(call: string): z.infer<typeof callDetail> | undefined;
  };
  readonly figures: {
    /** Midnight of today by the branch's clock, and now, ms since 1970. */
    today(): { readonly from: number; readonly to: number };
    over(range: { readonly from: number; readonly to: number }): Promise<Figures>;
  };
  /** Whom the document names, and how its times are told. */
  readonly whyReader: () => WhyReader;
  readonly recordings: {
    /** An absolute path of a WAV file; `finished` is false while it is still being made. */
    find(recording: string): { readonly path: string; readonly finished: boolean } | undefined;
    /** It is at the stand-in still, and is to come here. */
    comes(recording: string): boolean;
  };
  readonly voicemail: VoicemailNeeds;
  readonly callbacks: {
    list(): readonly WaitingCallback[];
    /** Undefined when there is none of that name. */
    cancel(callback: string): WaitingCallback | undefined;
  };
  readonly brakes: BrakeNeeds;
  readonly trunks: TrunkNeeds;
  readonly alarms: AlarmNeeds;
  readonly power: PowerNeeds;
  /** Null for a box that nobody need claim. */
  readonly claim: () => ClaimStatus | null;
  readonly selfCheck: SelfCheckNeeds;
  readonly safeMode: SafeModeNeeds;
  readonly continuity: () => BoxContinuity;
  readonly visits: VisitNeeds;
  readonly documents: {
    /** Undefined while there is none. */
    inForce(): DocumentInForce | undefined;
    check(source: string): DocumentCheck | Promise<DocumentCheck>;
    /** Puts it in force when it has no fault. */
    take(source: string): DocumentTaken;
  };
  readonly inCall: InCallNeeds;
  readonly agents: {
    /** The state the agent is in now, or undefined when nobody of that name is an agent. */
    order(
      agent: string,
      state: AgentOrder['state'],
      reason: string | undefined,
      by: string,
    ): string | undefined;
    /** The state he is in now; undefined when nobody of that name is an agent, 'none' when he is in no wrap-up. */
    wrapUp(agent: string, moreMs: number, by: string): string | undefined;
  };
  readonly readiness: () => Readiness;
  /** Loops of the service's own that have not come round. */
  readonly stuck: () => readonly string[];
  readonly about: () => About;
  /** Appends to the ledger; keeps what the disk does not take yet, and does not throw. */
  readonly append: (events: readonly NewEvent[]) => void;
}
