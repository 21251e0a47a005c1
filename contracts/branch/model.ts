/** A branch document with every default filled in, every reference resolved and every unit settled: what the services work with. */
import type { ClockRules } from './clock.ts';
import type { Contacts } from './contacts.ts';
import type { Continuity } from './continuity.ts';
import type { DiskRules } from './disk.ts';
import type { SelfCheckRules } from './self-check.ts';
import type { LANGUAGES } from './fields.ts';
import type { Flow, MailServer, VoicemailBox } from './flows/model.ts';
import type { GatewayEvents, GatewayWatching } from './gateways.ts';
import type { MaintenanceWindow } from './maintenance.ts';
import type { NotifyWay } from './notify.ts';
import type { Agent, Queue } from './queues/model.ts';
import type { NetworkRules, Uplink } from './network.ts';
import type { Power } from './power.ts';
import type { Destination, MinuteRange, NumberRange, SocketAddress } from './values.ts';
import type {
  CallerIdRule,
  Calling,
  Codec,
  Limits,
  PaidClass,
  Route,
  SipLine,
  Trunk,
} from './lines/model.ts';
import type { GATEWAY_KINDS, RECORDING_POLICIES } from './schema.ts';

export type { CallClass, Codec, Limits, PaidClass, Route, Trunk } from './lines/model.ts';

export type Language = (typeof LANGUAGES)[number];
export type GatewayKind = (typeof GATEWAY_KINDS)[number];
export type RecordingPolicy = (typeof RECORDING_POLICIES)[number];
export type Named<T> = Readonly<Record<string, T>>;
export type LocalText = Readonly<Record<Language, string>>;

export interface Branch {
  readonly site: Site;
  readonly gateways: Named<Gateway>;
  readonly gatewayEvents: GatewayEvents;
  readonly trunks: Named<Trunk>;
  readonly routes: readonly Route[];
  /** The first that fits says what the called party is shown. */
  readonly callerIds: readonly CallerIdRule[];
  readonly calling: Calling;
  readonly limits: Limits;
  readonly numbers: Named<InboundNumber>;
  readonly people: Named<Person>;
  readonly phones: Named<Phone>;
  readonly hours: Named<Hours>;
  readonly flows: Named<Flow>;
  readonly voicemail: Named<VoicemailBox>;
  readonly mail?: MailServer;
  /** Who is told of alarms. */
  readonly notify: Named<NotifyWay>;
  readonly maintenance: Named<MaintenanceWindow>;
  readonly queues: Named<Queue>;
  /** Customers by the tag that their number gives them. */
  readonly callers: readonly CallerTag[];
  /** Why an agent may be not ready, by the digit he dials after the star code. */
  readonly notReadyReasons: Named<string>;
  readonly recording: Recording;
  readonly supervision: Supervision;
  readonly parking: Parking;
  readonly survival: Survival;
  readonly power: Power;
  readonly contacts: Contacts;
  /** Who answers when the box cannot; left out: nobody. */
  readonly continuity?: Continuity;
  readonly disk: DiskRules;
  readonly selfCheck: SelfCheckRules;
  readonly clock: ClockRules;
  readonly network: NetworkRules;
  /** The one to be preferred first. */
  readonly uplinks: readonly Uplink[];
}

export interface Site {
  readonly id: string;
  readonly name: LocalText;
  readonly country: string;
  readonly timezone: string;
  readonly language: Language;
  /** Area code without the national prefix. */
  readonly area?: string;
  readonly emergencyNumbers: readonly string[];
  readonly emergencyNotify: readonly string[];
}
export interface Gateway {
  readonly name: string;
  readonly kind: GatewayKind;
  readonly model: string;
  readonly address: SocketAddress;
  readonly codecs: readonly Codec[];
  /** Undefined where nothing is asked of its lines. */
  readonly watch?: GatewayWatching;
  /** Of one that is no box of the branch's: a line of a carrier, which bears its trunk's name. */
  readonly line?: SipLine;
}
export interface InboundNumber {
  readonly name: string;
  /** E.164. */
  readonly number: string;
  readonly to: Destination;
  /** A name of `hours`; outside of them calls go to `otherwise`. */
  readonly during?: string;
  readonly otherwise?: Destination;
}
export interface Person {
  readonly id: string;
  readonly name: LocalText;
  readonly extension: string;
  readonly phones: readonly string[];
  /** E.164: rings where none of his telephones is registered; absent where it is not to. */
  readonly mobile?: string;
  readonly groups: readonly string[];
  /** What he may call outside, where it is said of him. */
  readonly mayCall?: readonly PaidClass[];
  readonly agent?: Agent;
}
export interface Phone {
  readonly name: string;
  readonly model: string;
  readonly mac?: string;
  readonly codecs: readonly Codec[];
  /** The person whose phone it is, and the number it shows; undefined for a phone nobody has. */
  readonly owner?: { readonly person: string; readonly extension: string };
}
export interface Hours {
  readonly open: readonly ({ readonly days: readonly number[] } & MinuteRange)[];
  readonly holidays: readonly { readonly from: string; readonly to: string }[];
}
export interface CallerTag {
  readonly tag: string;
  readonly numbers: readonly NumberRange[];
}
export interface Recording {
  readonly announce: boolean;
  /** For calls that come in and reach an extension without a queue. */
  readonly incoming: RecordingPolicy;
  readonly internal: RecordingPolicy;
  readonly outgoing: RecordingPolicy;
  readonly prompt: string;
}
export interface Supervision {
  /** Groups whose people may listen, whisper and barge in. */
  readonly allow: readonly string[];
}
export interface Parking {
  /** What is dialled to take a parked call; none is anybody's extension. */
  readonly slots: readonly string[];
  readonly forMs: number;
}
export interface Survival {
  /** Phones that ring together when the box service does not take a call. */
  readonly phones: readonly string[];
  readonly ringMs: number;
}
