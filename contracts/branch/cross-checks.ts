/**
 * What spans two fields of a branch document: references, doubles, flows that never end, queues nobody serves.
 * It reads the raw document as far as it has the right shape, so that these faults show beside faults of shape.
 */
import { entries, isMapping, list, mapping, texts, type Raw } from './raw.ts';
import type { Fault } from './faults.ts';
import { flowChecks, flowDestinations, type FlowNames, type Report } from './flows/checks.ts';
import { continuityChecks } from './continuity.ts';
import { notifyChecks } from './notify-checks.ts';
import { loadChecks } from './power-loads.ts';
import { callbackChecks } from './queues/callback-checks.ts';
import { lineChecks } from './lines/checks.ts';
import { forwardingChecks } from './lines/forwarding.ts';
import { queueChecks, queueDestinations, queuesOfAgent } from './queues/checks.ts';
import { destination, e164, inRange, numberRange, slotRange, type Destination } from './values.ts';
import type { BranchDocument } from './schema.ts';

export function crossChecks(raw: unknown, document: BranchDocument | undefined): Fault[] {
  if (!isMapping(raw)) return [];
  const faults: Fault[] = [];
  const report: Report = (code, path, value, expected, severity = 'error') =>
    faults.push({ code, path, value, expected, severity });
  const known = names(raw);
  references(raw, known, report);
  doubles(raw, report);
  flowChecks(raw, { hours: known.hours, destinations: destinationsOf(known) }, report);
  if (document) usefulness(document, report);
  return faults;
}

interface Known {
  readonly gateways: readonly string[];
  readonly trunks: readonly string[];
  readonly numbers: readonly string[];
  readonly phones: readonly string[];
  readonly queues: readonly string[];
  readonly flows: readonly string[];
  readonly hours: readonly string[];
  readonly groups: readonly string[];
  readonly extensions: readonly string[];
  readonly people: readonly string[];
  readonly voicemail: readonly string[];
}

const destinationsOf = (known: Known): FlowNames['destinations'] => ({
  queue: known.queues,
  flow: known.flows,
  extension: known.extensions,
  voicemail: known.voicemail,
  callback: known.queues,
});

function names(raw: Raw): Known {
  const keys = (field: string): string[] => Object.keys(mapping(raw[field]));
  const people = Object.values(mapping(raw.people)).filter(isMapping);
  return {
    gateways: keys('gateways'),
    trunks: keys('trunks'),
    numbers: keys('numbers'),
    phones: keys('phones'),
    queues: keys('queues'),
    flows: keys('flows'),
    hours: keys('hours'),
    groups: [...new Set(people.flatMap((person) => texts(person.groups)))],
    extensions: people.map((person) => extensionText(person.extension)),
    people: keys('people'),
    voicemail: keys('voicemail'),
  };
}

function references(raw: Raw, known: Known, report: Report): void {
  const one = (path: string, value: unknown, among: readonly string[]): void => {
    if (typeof value === 'string' && !among.includes(value)) {
      report('unknown-reference', path, value, among.join(', ') || 'none');
    }
  };
  const each = (path: string, values: unknown, among: readonly string[]): void =>
    list(values).forEach((value, index) => one(`${path}[${index}]`, value, among));
  const target = (path: string, value: unknown): void => {
    const to = typeof value === 'string' ? destination(value) : undefined;
    const among = to && destinationsOf(known)[to.kind];
    if (to && 'name' in to && among && !among.includes(to.name)) one(path, value, among);
  };

  each('site.emergency.notify', mapping(mapping(raw.site).emergency).notify, known.groups);
  lineChecks(raw, known, report);
  forwardingChecks(raw, report);
  for (const [name, number] of entries(raw.numbers)) {
    target(`numbers.${name}.to`, number.to);
    target(`numbers.${name}.otherwise`, number.otherwise);
    one(`numbers.${name}.during`, number.during, known.hours);
    const [given, wanted] = number.during === undefined ? ['otherwise', 'during'] : ['during', 'otherwise'];
    if (number[given] !== undefined && number[wanted] === undefined)
      report(
        'missing',
        `numbers.${name}.${wanted}`,
        undefined,
        `it beside ${given}: hours, and where calls go outside of them`,
      );
  }
  for (const [name, person] of entries(raw.people)) {
    each(`people.${name}.phones`, person.phones, known.phones);
    for (const { path, queue } of queuesOfAgent(`people.${name}.agent.queues`, mapping(person.agent).queues))
      one(path, queue, known.queues);
  }
  for (const [name, queue] of entries(raw.queues))
    queueChecks(name, queue, { one, target, report, hours: known.hours });
  notifyChecks(raw, known, report);
  each('supervision.allow', mapping(raw.supervision).allow, known.groups);
  callbackChecks(raw, allDestinations(raw), report);
  loadChecks(raw, report);
  continuityChecks(raw, report);
  one('survival.ring', mapping(raw.survival).ring, known.groups);
  for (const [name, box] of entries(raw.voicemail))
    each(`voicemail.${name}.people`, box.people, known.people);
}

function doubles(raw: Raw, report: Report): void {
  const claim = (taken: Map<string, string>, key: string, path: string, shown: unknown): void => {
    const first = taken.get(key);
    if (first === undefined) taken.set(key, path);
    else report('duplicate', path, shown, first);
  };
  const extensions = new Map<string, string>();
  const phones = new Map<string, string>();
  for (const [name, person] of entries(raw.people)) {
    if (person.extension !== undefined)
      claim(extensions, extensionText(person.extension), `people.${name}.extension`, person.extension);
    texts(person.phones).forEach((phone, index) =>
      claim(phones, phone, `people.${name}.phones[${index}]`, phone),
    );
  }
  const { slots } = mapping(raw.parking);
  for (const slot of typeof slots === 'string' ? (slotRange(slots) ?? []) : [])
    claim(extensions, slot, 'parking.slots', slots);
  const numbers = new Map<string, string>();
  for (const [name, entry] of entries(raw.numbers)) {
    const number = typeof entry.number === 'string' ? e164(entry.number) : undefined;
    if (number) claim(numbers, number, `numbers.${name}.number`, entry.number);
  }
  // One of the branch's own would bring the call back to where it came from; two people at one number would be rung for one another.
  for (const [name, { mobile }] of entries(raw.people)) {
    const number = typeof mobile === 'string' ? e164(mobile) : undefined;
    if (number) claim(numbers, number, `people.${name}.mobile`, mobile);
  }
  const macs = new Map<string, string>();
  for (const [name, phone] of entries(raw.phones)) {
    if (typeof phone.mac === 'string') claim(macs, phone.mac.toLowerCase(), `phones.${name}.mac`, phone.mac);
  }
  const addresses = new Map<string, string>();
  for (const [name, gateway] of entries(raw.gateways)) {
    const host = typeof gateway.address === 'string' ? gateway.address.split(':')[0] : undefined;
    if (host) claim(addresses, host, `gateways.${name}.address`, gateway.address);
  }
}

function usefulness(document: BranchDocument, report: Report): void {
  const agents = Object.values(document.people).flatMap((person) => (person.agent ? [person] : []));
  for (const [name, queue] of Object.entries(document.queues)) {
    const able = agents.filter(
      (person) =>
        person.agent &&
        queuesOfAgent('', person.agent.queues).some(({ queue }) => queue === name) &&
        (person.phones.length > 0 || person.mobile !== undefined),
    );
    const skilled = able.filter((person) =>
      Object.entries(queue.needs).every(([skill, level]) => (person.agent?.skills[skill] ?? 0) >= level),
    );
    if (skilled.length === 0) {
      const remedy =
        able.length === 0
          ? `Give it to a person with a phone: people.NAME.agent.queues: [${name}]`
          : `Its agents lack a skill that it needs (${Object.keys(queue.needs).join(', ')})`;
      report('unserved-queue', `queues.${name}`, name, remedy, 'warning');
    }
  }
  const blocks = Object.values(document.trunks).flatMap((trunk) =>
    trunk.numbers.flatMap((block) => numberRange(block) ?? []),
  );
  // It comes by the cloud alone.
  const forwardedTo = new Set(Object.values(document.trunks).map(({ forwarding }) => forwarding?.to));
  for (const [name, entry] of Object.entries(document.numbers)) {
    const number = e164(entry.number);
    if (number && !forwardedTo.has(name) && !blocks.some((block) => inRange(number, block))) {
      report(
        'unused',
        `numbers.${name}`,
        entry.number,
        'No trunk brings this number: list it under trunks.NAME.numbers',
        'warning',
      );
    }
  }
  const used = new Set(reachable(document));
  for (const flow of Object.keys(document.flows)) {
    if (!used.has(flow))
      report(
        'unused',
        `flows.${flow}`,
        flow,
        'Send a number or another flow to it, or take it out',
        'warning',
      );
  }
}

const reachable = (document: BranchDocument): string[] =>
  allDestinations(document).flatMap((to) => (to.kind === 'flow' ? [to.name] : []));

function allDestinations(raw: Raw): Destination[] {
  const targets = entries(raw.numbers).flatMap(([, { to, otherwise }]) =>
    [to, otherwise].flatMap((each) => (typeof each === 'string' ? (destination(each) ?? []) : [])),
  );
  return [...targets, ...flowDestinations(raw), ...queueDestinations(raw)];
}

const extensionText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
