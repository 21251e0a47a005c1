/** What a person may ask for at a call by the API, and why it may be refused. */
import type { Destination } from '@branchline/contracts/branch/values';
import type { SupervisionMode } from '@branchline/contracts/ledger';

export type CallOrder =
  | {
      readonly do: 'supervise';
      readonly call: string;
      readonly extension: string;
      readonly mode: SupervisionMode;
    }
  | { readonly do: 'end-supervision'; readonly call: string }
  /** By the party that has this extension, who then leaves; in the first free slot when none is said. */
  | { readonly do: 'park'; readonly call: string; readonly extension: string; readonly slot?: string }
  /** By the party that has this extension: somebody is called into the talk, or all of his other talk come. */
  | ({ readonly do: 'conference'; readonly call: string; readonly extension: string } & (
      { readonly invite: string } | { readonly with: string }
    ))
  /** For the party that has this extension, as are those below: the other one hears music until it is resumed. */
  | { readonly do: 'hold' | 'resume'; readonly call: string; readonly extension: string }
  | { readonly do: 'consult'; readonly call: string; readonly extension: string; readonly to: string }
  | ({ readonly do: 'transfer'; readonly call: string; readonly extension: string } & (
      { readonly to: string } | { readonly with: string }
    ))
  | { readonly do: 'move'; readonly call: string; readonly to: Destination }
  /** What rings at somebody rings at this extension too. */
  | { readonly do: 'pick-up'; readonly call: string; readonly extension: string }
  /** Who waits in a queue is offered to this agent, and to nobody else meanwhile. */
  | { readonly do: 'give'; readonly call: string; readonly agent: string };

export type OrderOf<D extends CallOrder['do']> = Extract<CallOrder, { readonly do: D }>;

export interface Refusal {
  readonly code:
    | 'engine-away'
    | 'no-such-call'
    | 'not-talking'
    | 'no-such-extension'
    | 'no-phone'
    | 'not-a-supervisor'
    | 'in-the-call'
    | 'supervised-already'
    | 'not-supervised'
    | 'not-a-party'
    | 'held-already'
    | 'not-held'
    | 'held-by-phone'
    | 'no-slot'
    | 'conference-full'
    | 'no-consultation'
    | 'not-waiting'
    | 'not-ringing'
    | 'rings-already'
    | 'no-such-agent'
    | 'agent-not-free'
    | 'no-such-destination';
  /** What was refused, where the code alone does not say. */
  readonly value?: string;
}
