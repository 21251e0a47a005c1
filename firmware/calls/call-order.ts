/** What a person may ask for at a call by the API, and why it may be refused. */
import type { SupervisionMode } from '@branchline/contracts/ledger';

export type CallOrder =
  | {
      readonly do: 'supervise';
      readonly call: string;
      readonly extension: string;
      readonly mode: SupervisionMode;
    }
  | { readonly do: 'end-supervision'; readonly call: string };

export type OrderOf<D extends CallOrder['do']> = Extract<CallOrder, { do: D }>;

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
    | 'not-supervised';
  /** What was refused, where the code alone does not say. */
  readonly value?: string;
}
