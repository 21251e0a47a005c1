/** One UPS as data: what it said last, where it stands, what is known of its battery. Times in ms since 1970. */
import type { UpsBattery } from '@branchline/contracts/branch/power';
import type { BatteryVerdict, UpsCondition } from '@branchline/contracts/power';
import type { Battery, Discharge, TimeLeft } from './battery.ts';
import type { UpsReading } from './reading.ts';

export interface UpsState {
  readonly state: UpsCondition;
  readonly since: number;
  /** Why it is not heard; undefined while it is. */
  readonly silent?: { readonly because: string; readonly since: number };
  readonly reading?: UpsReading;
  readonly left?: TimeLeft;
  /** On battery by its state, and the mains are back: they must stay until then to be believed. */
  readonly settling?: { readonly since: number; readonly until: number };
  /** How often the mains fell lately; each fall makes the way back longer. */
  readonly falls: number;
  readonly lastFallAt?: number;
  readonly overload: boolean;
  /** Since when it is overloaded no more, as long as that is not believed. */
  readonly easedAt?: number;
  readonly discharge?: Discharge;
  /** What this outage took of the battery has been told, as the machine goes down: what follows until the mains are back is the same outage. */
  readonly told?: true;
  readonly battery: Battery;
  /** A test that we ordered. */
  readonly testing?: { readonly since: number; readonly seen: boolean; readonly trouble: boolean };
  readonly lastTestAt?: number;
}

export interface UpsRules {
  readonly battery?: UpsBattery;
  readonly testEveryMs: number;
  /** Tests may be made at this hour. */
  readonly testOpen: boolean;
}

export type UpsEvent =
  | { readonly type: 'reading'; readonly reading: UpsReading }
  /** It is not heard, and was asked several times. */
  | { readonly type: 'silent'; readonly because: string }
  /** Somebody wants its battery tested. */
  | { readonly type: 'test' }
  | { readonly type: 'tick' };

export type UpsEffect =
  | {
      readonly do: 'changed';
      readonly from: UpsCondition;
      readonly to: UpsCondition;
      readonly because?: string;
      readonly lastedMs: number;
    }
  | { readonly do: 'test' }
  | {
      readonly do: 'tried';
      readonly kind: Discharge['kind'];
      readonly verdict: BatteryVerdict;
      readonly lastedMs: number;
      readonly usedPercent?: number;
    };

export interface UpsStep {
  readonly state: UpsState;
  readonly effects: readonly UpsEffect[];
}

/** What outlives the service. A discharge is kept as it goes on: when the machine dies meanwhile, the battery has died early. */
export type KeptUps = Pick<UpsState, 'battery' | 'lastTestAt' | 'discharge'>;

export const keptOf = ({ battery, lastTestAt, discharge }: UpsState): KeptUps => ({
  battery,
  ...(lastTestAt === undefined ? {} : { lastTestAt }),
  ...(discharge === undefined ? {} : { discharge }),
});
