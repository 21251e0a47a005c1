/**
 * From what a person wrote to what the services work with: `resolveBranch(raw)` gives a Branch with every default and
 * reference settled, or every fault of the document at once.
 */
import type {
  Branch,
  Gateway,
  Hours,
  InboundNumber,
  Parking,
  Person,
  Phone,
  Recording,
  Site,
  Survival,
} from './model.ts';
import { diallingPlan } from './countries.ts';
import { resolveContacts } from './contacts.ts';
import { crossChecks } from './cross-checks.ts';
import { resolveClock } from './clock.ts';
import { resolveContinuity } from './continuity.ts';
import { resolveDisk } from './disk.ts';
import { resolveSelfCheck } from './self-check.ts';
import type { Fault } from './faults.ts';
import { compileFlow } from './flows/compile.ts';
import { voicemailOf } from './flows/voicemail.ts';
import { resolveWatching } from './gateways.ts';
import { resolveWindow } from './maintenance.ts';
import { resolveWay } from './notify.ts';
import { callerIdRules, callingOf, limitsOf, linesBySip, routeOf, trunkOf } from './lines/resolve.ts';
import { resolveNetwork, resolveUplinks } from './network.ts';
import { resolvePower } from './power.ts';
import { resolveAgent, resolveCallers, resolveQueue } from './queues/resolve.ts';
import { branchDocument, type BranchDocument } from './schema.ts';
import { shapeFaults } from './shape-faults.ts';
import {
  dateRange,
  dayRange,
  destination,
  durationMs,
  e164,
  minuteRange,
  slotRange,
  socketAddress,
} from './values.ts';

export type Resolution =
  | { readonly ok: true; readonly branch: Branch; readonly warnings: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export function resolveBranch(raw: unknown): Resolution {
  const shape = branchDocument.safeParse(raw);
  const document = shape.success ? shape.data : undefined;
  const shapeErrors = shape.success ? [] : shapeFaults(shape.error, raw);
  const across = crossChecks(raw, document);
  const errors = [...shapeErrors, ...across.filter((fault) => fault.severity === 'error')];
  if (!document || errors.length > 0) return { ok: false, faults: errors };
  return { ok: true, branch: build(document), warnings: across };
}

function build(document: BranchDocument): Branch {
  const people = peopleOf(document);
  const network = resolveNetwork(document.network);
  return {
    site: siteOf(document),
    ...linesOf(document),
    people,
    phones: mapEntries(document.phones, (name, phone): Phone =>
      defined({
        name,
        model: phone.model,
        mac: phone.mac?.toLowerCase(),
        codecs: phone.codecs,
        owner: ownerOf(people, name),
      }),
    ),
    hours: mapEntries(document.hours, (_, hours): Hours => ({
      open: Object.entries(hours.open).map(([days, times]) => ({
        days: must(dayRange(days)),
        ...must(minuteRange(times)),
      })),
      holidays: hours.holidays.map((days) => must(dateRange(days))),
    })),
    flows: mapEntries(document.flows, compileFlow),
    ...voicemailOf(document),
    notify: mapEntries(document.notify, (name, way) => resolveWay(name, way, document.site.language)),
    maintenance: mapEntries(document.maintenance, resolveWindow),
    queues: mapEntries(document.queues, (name, queue) =>
      resolveQueue(name, queue, document.recording.default),
    ),
    callers: resolveCallers(document.callers),
    notReadyReasons: document['not-ready-reasons'],
    recording: recordingOf(document),
    supervision: document.supervision,
    parking: parkingOf(document, people),
    survival: survivalOf(document, people),
    power: resolvePower(document.power),
    contacts: resolveContacts(document.contacts),
    ...(document.continuity ? { continuity: resolveContinuity(document.continuity, movable(document)) } : {}),
    disk: resolveDisk(document.disk),
    selfCheck: resolveSelfCheck(document['self-check']),
    clock: resolveClock(document.clock),
    network,
    uplinks: resolveUplinks(document.uplinks, network.probe),
  };
}

/** One that lines are forwarded to is in the cloud already. */
function movable({ numbers, trunks }: BranchDocument): string[] {
  const forwardedTo = Object.values(trunks).map(({ forwarding }) => forwarding?.to);
  return Object.keys(numbers).filter((name) => !forwardedTo.includes(name));
}

function siteOf({ site }: BranchDocument): Site {
  return {
    id: site.id,
    name: localText(site.name),
    country: site.country,
    timezone: site.timezone,
    language: site.language,
    ...(site.area === undefined ? {} : { area: site.area }),
    emergencyNumbers: site.emergency.numbers ?? diallingPlan(site.country)?.emergency ?? ['112'],
    emergencyNotify: site.emergency.notify,
  };
}

type Lines =
  'gateways' | 'gatewayEvents' | 'trunks' | 'routes' | 'callerIds' | 'calling' | 'limits' | 'numbers';

function linesOf(document: BranchDocument): Pick<Branch, Lines> {
  return {
    gateways: { ...mapEntries(document.gateways, gatewayOf), ...linesBySip(document.trunks) },
    gatewayEvents: document['gateway-events'],
    trunks: mapEntries(document.trunks, (name, trunk) => trunkOf(name, trunk, document.numbers)),
    routes: document.routes.map((route) => routeOf(route, document.numbers)),
    callerIds: callerIdRules(document),
    calling: callingOf(document),
    limits: limitsOf(document),
    numbers: mapEntries(document.numbers, (name, entry): InboundNumber => ({
      name,
      number: must(e164(entry.number)),
      to: must(destination(entry.to)),
      ...(entry.during === undefined ? {} : { during: entry.during }),
      ...(entry.otherwise === undefined ? {} : { otherwise: must(destination(entry.otherwise)) }),
    })),
  };
}

function gatewayOf(name: string, gateway: BranchDocument['gateways'][string]): Gateway {
  const { kind, model, address, codecs, watch } = gateway;
  return defined({
    name,
    kind,
    model,
    codecs,
    address: must(socketAddress(address, 5060)),
    watch: watch && resolveWatching(watch),
  });
}

function peopleOf(document: BranchDocument): Branch['people'] {
  return mapEntries(document.people, (id, person): Person => ({
    id,
    ...defined({
      name: localText(person.name),
      extension: person.extension,
      phones: person.phones,
      mobile: person['mobile-rings'] === 'when-unreachable' ? mobileOf(person.mobile) : undefined,
      groups: person.groups,
      mayCall: person['may-call'],
      agent: person.agent && resolveAgent(person.agent),
    }),
  }));
}

const mobileOf = (mobile: string | undefined): string | undefined => mobile && must(e164(mobile));

function recordingOf(document: BranchDocument): Recording {
  const { announce, internal, outgoing, prompt } = document.recording;
  return { announce, incoming: document.recording.default, internal, outgoing, prompt };
}

/** An extension that a person has is his, and no slot. */
function parkingOf({ parking }: BranchDocument, people: Branch['people']): Parking {
  const taken = new Set(Object.values(people).map(({ extension }) => extension));
  return {
    slots: must(slotRange(parking.slots)).filter((slot) => !taken.has(slot)),
    forMs: must(durationMs(parking.for)),
  };
}

function survivalOf(document: BranchDocument, people: Branch['people']): Survival {
  const group = document.survival?.ring;
  const members = Object.values(people).filter(
    (person) => group === undefined || person.groups.includes(group),
  );
  return {
    phones: [...new Set(members.flatMap((person) => person.phones))],
    ringMs: must(durationMs(document.survival?.for ?? '60s')),
  };
}

function ownerOf(people: Branch['people'], phone: string): Phone['owner'] {
  const owner = Object.values(people).find((person) => person.phones.includes(phone));
  return owner && { person: owner.id, extension: owner.extension };
}

const localText = (text: string | { zh: string; en: string }): { zh: string; en: string } =>
  typeof text === 'string' ? { zh: text, en: text } : text;

function mapEntries<A, B>(
  entries: Readonly<Record<string, A>>,
  map: (name: string, value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(name, value)]));
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops the keys that hold undefined, so that an absent setting stays absent. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that the schema let through could not be read');
  return value;
}
