/**
 * What spans two fields of a branch document: references, doubles, flows that never end, queues nobody serves.
 * It reads the raw document as far as it has the right shape, so that these faults show beside faults of shape.
 */
import type { Fault, FaultCode } from './faults.ts';
import { queueChecks, queuesOfAgent } from './queues/checks.ts';
import { destination, e164, inRange, numberRange, type Destination } from './values.ts';
import type { BranchDocument } from './schema.ts';

type Raw = Record<string, unknown>;
type Report = (
  code: FaultCode,
  path: string,
  value: unknown,
  expected: string,
  severity?: Fault['severity'],
) => void;

export function crossChecks(raw: unknown, document: BranchDocument | undefined): Fault[] {
  if (!isMapping(raw)) return [];
  const faults: Fault[] = [];
  const report: Report = (code, path, value, expected, severity = 'error') =>
    faults.push({ code, path, value, expected, severity });
  const known = names(raw);
  references(raw, known, report);
  doubles(raw, report);
  flowEnds(raw, report);
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
}

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
    if (to && to.kind !== 'hang-up') one(path, to.name, known[`${to.kind}s`]);
  };

  each('site.emergency.notify', mapping(mapping(raw.site).emergency).notify, known.groups);
  for (const [name, trunk] of entries(raw.trunks))
    one(`trunks.${name}.gateway`, trunk.gateway, known.gateways);
  list(raw.routes)
    .filter(isMapping)
    .forEach((route, index) => {
      each(`routes[${index}].via`, route.via, known.trunks);
      each(`routes[${index}].allow`, route.allow, known.groups);
      one(`routes[${index}].caller-id`, route['caller-id'], known.numbers);
    });
  for (const [name, number] of entries(raw.numbers)) target(`numbers.${name}.to`, number.to);
  for (const [name, person] of entries(raw.people)) {
    each(`people.${name}.phones`, person.phones, known.phones);
    for (const { path, queue } of queuesOfAgent(`people.${name}.agent.queues`, mapping(person.agent).queues))
      one(path, queue, known.queues);
  }
  for (const [name, queue] of entries(raw.queues)) queueChecks(name, queue, { one, report, known });
  one('survival.ring', mapping(raw.survival).ring, known.groups);
  for (const { path, step } of allSteps(raw)) {
    one(`${path}.hours`, step.hours, known.hours);
    target(`${path}.to`, step.to);
    target(`${path}.none`, step.none);
    for (const [digit, to] of Object.entries(mapping(step.digits))) target(`${path}.digits.${digit}`, to);
  }
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
  const numbers = new Map<string, string>();
  for (const [name, entry] of entries(raw.numbers)) {
    const number = typeof entry.number === 'string' ? e164(entry.number) : undefined;
    if (number) claim(numbers, number, `numbers.${name}.number`, entry.number);
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

/** A flow must lead out of the flows: a ring of flows that only hand over to each other would keep a caller for ever. */
function flowEnds(raw: Raw, report: Report): void {
  const next = new Map<string, string[]>();
  for (const { flow, step } of allSteps(raw)) {
    const targets = [step.to].flatMap((value) => (typeof value === 'string' ? [destination(value)] : []));
    const flows = targets.flatMap((to) => (to?.kind === 'flow' ? [to.name] : []));
    next.set(flow, [...(next.get(flow) ?? []), ...flows]);
  }
  for (const flow of next.keys()) {
    const trail = [flow];
    let at = next.get(flow)?.at(-1);
    while (at !== undefined && !trail.includes(at)) {
      trail.push(at);
      at = next.get(at)?.at(-1);
    }
    if (at === flow)
      report(
        'no-end',
        `flows.${flow}`,
        [...trail, flow].join(' -> '),
        'End it in a queue, an extension or hang-up',
      );
  }
}

function usefulness(document: BranchDocument, report: Report): void {
  const agents = Object.values(document.people).flatMap((person) => (person.agent ? [person] : []));
  for (const [name, queue] of Object.entries(document.queues)) {
    const able = agents.filter(
      (person) =>
        person.agent &&
        queuesOfAgent('', person.agent.queues).some(({ queue }) => queue === name) &&
        person.phones.length > 0,
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
  for (const [name, entry] of Object.entries(document.numbers)) {
    const number = e164(entry.number);
    if (number && !blocks.some((block) => inRange(number, block))) {
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

function reachable(document: BranchDocument): string[] {
  const targets: (Destination | undefined)[] = Object.values(document.numbers).map((entry) =>
    destination(entry.to),
  );
  for (const { step } of allSteps(document)) {
    for (const value of [step.to, step.none, ...Object.values(mapping(step.digits))]) {
      if (typeof value === 'string') targets.push(destination(value));
    }
  }
  return targets.flatMap((to) => (to?.kind === 'flow' ? [to.name] : []));
}

function allSteps(raw: Raw): { flow: string; path: string; step: Raw }[] {
  const walk = (flow: string, path: string, steps: unknown): { flow: string; path: string; step: Raw }[] =>
    list(steps).flatMap((step, index) => {
      if (!isMapping(step)) return [];
      const at = `${path}[${index}]`;
      return [{ flow, path: at, step }, ...walk(flow, `${at}.closed`, step.closed)];
    });
  return Object.entries(mapping(raw.flows)).flatMap(([flow, steps]) => walk(flow, `flows.${flow}`, steps));
}

const extensionText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const isMapping = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mapping = (value: unknown): Raw => (isMapping(value) ? value : {});
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): string[] => list(value).filter((item) => typeof item === 'string');
const entries = (value: unknown): [string, Raw][] =>
  Object.entries(mapping(value)).flatMap(([name, item]) =>
    isMapping(item) ? [[name, item] as [string, Raw]] : [],
  );
