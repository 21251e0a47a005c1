/** What spans two fields of the lines outside. Reads the raw document as far as it has the right shape. */
import { entries, isMapping, list, mapping, texts, type Raw } from '../raw.ts';
import type { Report } from '../flows/checks.ts';
import { isIpv4, numberPrefix } from './values.ts';

export interface LineNames {
  readonly gateways: readonly string[];
  readonly trunks: readonly string[];
  readonly numbers: readonly string[];
  readonly groups: readonly string[];
  readonly hours: readonly string[];
  readonly queues: readonly string[];
  readonly extensions: readonly string[];
}

export function lineChecks(raw: Raw, known: LineNames, report: Report): void {
  const one = (path: string, value: unknown, among: readonly string[]): void => {
    if (typeof value === 'string' && !among.includes(value))
      report('unknown-reference', path, value, among.join(', ') || 'none');
  };
  const each = (path: string, values: unknown, among: readonly string[]): void =>
    list(values).forEach((value, index) => one(`${path}[${index}]`, value, among));

  for (const [name, trunk] of entries(raw.trunks)) trunkChecks(name, trunk, known, one, report);
  list(raw.routes).forEach((route, index) => {
    if (!isMapping(route)) return;
    each(`routes[${index}].via`, route.via, known.trunks);
    each(`routes[${index}].allow`, route.allow, known.groups);
    one(`routes[${index}].caller-id`, route['caller-id'], known.numbers);
    one(`routes[${index}].during`, route.during, known.hours);
  });
  list(raw['caller-ids']).forEach((rule, index) => {
    if (!isMapping(rule)) return;
    const path = `caller-ids[${index}]`;
    one(`${path}.show`, rule.show, known.numbers);
    one(`${path}.during`, rule.during, known.hours);
    each(`${path}.queues`, rule.queues, known.queues);
    list(rule.extensions).forEach((extension, at) =>
      one(`${path}.extensions[${at}]`, String(extension), known.extensions),
    );
  });
  for (const group of Object.keys(mapping(mapping(raw.calling).groups)))
    one(`calling.groups.${group}`, group, known.groups);
  one('limits.off-hours.hours', mapping(mapping(raw.limits)['off-hours']).hours, known.hours);
  shadowed(list(raw.routes), report);
}

function trunkChecks(
  name: string,
  trunk: Raw,
  known: LineNames,
  one: (path: string, value: unknown, among: readonly string[]) => void,
  report: Report,
): void {
  const path = `trunks.${name}`;
  one(`${path}.gateway`, trunk.gateway, known.gateways);
  if (trunk.gateway === undefined && trunk.sip === undefined)
    report(
      'missing',
      `${path}.gateway`,
      undefined,
      'the name of a gateway, or sip: { server: ... } beside it',
    );
  if (trunk.gateway !== undefined && trunk.sip !== undefined)
    report('bad-format', `${path}.gateway`, trunk.gateway, 'either gateway or sip, and not both');
  if (!isMapping(trunk.sip)) return;
  if (known.gateways.includes(name)) report('duplicate', path, name, `gateways.${name}`);
  const { sip } = trunk;
  if (sip.username !== undefined && sip.secret === undefined)
    report('missing', `${path}.sip.secret`, undefined, "the name of its password in the box's secrets.json");
  if (sip.register === true && sip.username === undefined)
    report('missing', `${path}.sip.username`, undefined, 'the name it registers with, or register: false');
  const registers = sip.register ?? sip.username !== undefined;
  const host = typeof sip.server === 'string' ? sip.server.split(':')[0] : undefined;
  if (registers === false && host !== undefined && !isIpv4(host) && list(sip.from).length === 0)
    report(
      'missing',
      `${path}.sip.from`,
      undefined,
      'the IPv4 addresses that its calls come from, as it does not register',
    );
  if (sip.srtp === true && sip.transport !== 'tls')
    report(
      'bad-format',
      `${path}.sip.srtp`,
      true,
      'transport: tls beside it, or srtp: false: its key would travel in the clear',
    );
}

/** A route that an earlier one, without any condition, leaves nothing for. */
function shadowed(routes: readonly unknown[], report: Report): void {
  const open: { classes: readonly string[]; numbers: readonly string[] | undefined; at: number }[] = [];
  routes.forEach((route, index) => {
    if (!isMapping(route)) return;
    const classes = typeof route.to === 'string' ? [route.to] : texts(route.to);
    const numbers = Array.isArray(route.numbers)
      ? texts(route.numbers).flatMap((each) => numberPrefix(each) ?? [])
      : undefined;
    const before = open.find((earlier) => covers(earlier, classes, numbers));
    if (before && classes.length > 0 && !classes.includes('emergency'))
      report(
        'unused',
        `routes[${index}]`,
        classes.join(', '),
        `routes[${before.at}] takes all of its calls: put this one before it`,
        'warning',
      );
    if (route.during === undefined && route.allow === undefined) open.push({ classes, numbers, at: index });
  });
}

function covers(
  earlier: { classes: readonly string[]; numbers: readonly string[] | undefined },
  classes: readonly string[],
  numbers: readonly string[] | undefined,
): boolean {
  if (!classes.every((each) => earlier.classes.includes(each))) return false;
  if (earlier.numbers === undefined) return true;
  const { numbers: begin } = earlier;
  return numbers !== undefined && numbers.every((each) => begin.some((short) => each.startsWith(short)));
}
