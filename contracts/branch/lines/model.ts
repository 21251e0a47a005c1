/** Lines outside with every default filled in and every unit settled. */
import type { TrunkService } from '../trunk-service.ts';
import type { NumberRange, SocketAddress } from '../values.ts';
import type { Forwarding } from './forwarding.ts';
import type { CALL_CLASSES, CODECS, DIAL_FORMS, DIRECTIONS, PAID_CLASSES, TRANSPORTS } from './schema.ts';

export type CallClass = (typeof CALL_CLASSES)[number];
export type PaidClass = (typeof PAID_CLASSES)[number];
export type Codec = (typeof CODECS)[number];
export type Direction = (typeof DIRECTIONS)[number];
export type DialForm = (typeof DIAL_FORMS)[number];

/** How a line is reached that has no gateway of the branch before it. */
export interface SipLine {
  readonly server: SocketAddress;
  readonly transport: (typeof TRANSPORTS)[number];
  readonly username?: string;
  /** The account of the stand-in in the cloud; that of the box where it has none. */
  readonly standIn?: { readonly username: string; readonly secret: string };
  /** The name of its password among the box's secrets. */
  readonly secret?: string;
  readonly register: boolean;
  /** IPv4 addresses that its calls come from. */
  readonly from: readonly string[];
  readonly srtp: boolean;
}

export interface Trunk extends TrunkService {
  readonly name: string;
  /** Of a line by SIP there is an entry of its own name among the gateways. */
  readonly gateway: string;
  readonly channels: number;
  readonly direction: Direction;
  readonly numbers: readonly NumberRange[];
  readonly dial: DialForm;
  /** Of a minute. */
  readonly cost: Readonly<Partial<Record<PaidClass, number>>>;
  /** Nothing heard from the far end for this long after a call was sent: the next line is tried. In ms. */
  readonly patienceMs: number;
  readonly mostIn?: number;
  readonly forwarding?: Forwarding;
}

export interface Route {
  readonly to: readonly CallClass[];
  /** How numbers begin, E.164. */
  readonly numbers?: readonly string[];
  /** A name of `hours`. */
  readonly during?: string;
  /** Trunks in the order they are tried. */
  readonly via: readonly string[];
  readonly order: 'listed' | 'cheapest';
  /** E.164 number shown to the called party. */
  readonly callerId?: string;
  readonly allow?: readonly string[];
  readonly preempt: boolean;
}

export interface CallerIdRule {
  /** E.164. */
  readonly show: string;
  readonly extensions?: readonly string[];
  readonly queues?: readonly string[];
  readonly numbers?: readonly string[];
  readonly during?: string;
}

export interface Calling {
  readonly default: readonly PaidClass[];
  readonly groups: Readonly<Record<string, readonly PaidClass[]>>;
}

/** Undefined: not limited. Money is the branch's own. */
export interface Limits {
  readonly extension: {
    readonly calls: number;
    readonly minutesADay?: number;
    readonly internationalMinutesADay?: number;
    readonly costADay?: number;
  };
  readonly trunk: { readonly minutesADay?: number; readonly costADay?: number };
  readonly offHours?: { readonly hours: string; readonly deny: readonly PaidClass[] };
  readonly burst: { readonly prefixes: number; readonly withinMs: number };
  readonly forwardOut: boolean;
}
