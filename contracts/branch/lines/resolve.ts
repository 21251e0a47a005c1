/** From lines outside as they are written to what the services work with. */
import type { Gateway } from '../model.ts';
import type { BranchDocument } from '../schema.ts';
import { resolveTrunkService } from '../trunk-service.ts';
import { durationMs, e164, numberRange } from '../values.ts';
import { resolveForwarding } from './forwarding.ts';
import type { CallerIdRule, Calling, Limits, Route, SipLine, Trunk } from './model.ts';
import { numberPrefix, serverAddress } from './values.ts';

/** A gateway stands on the same wire, and answers at once or not at all; a carrier is behind the WAN. */
const GATEWAY_PATIENCE_MS = 2_000;
const CARRIER_PATIENCE_MS = 4_000;

type Written<Field extends keyof BranchDocument> = BranchDocument[Field];
type WrittenTrunk = Written<'trunks'>[string];

export function trunkOf(name: string, trunk: WrittenTrunk, numbers: Written<'numbers'>): Trunk {
  const bySip = trunk.sip !== undefined;
  const usual = bySip ? CARRIER_PATIENCE_MS : GATEWAY_PATIENCE_MS;
  return {
    name,
    gateway: trunk.gateway ?? name,
    channels: trunk.channels,
    direction: trunk.direction,
    numbers: trunk.numbers.flatMap((block) => numberRange(block) ?? []),
    dial: trunk.dial ?? (bySip ? 'e164' : 'as-dialled'),
    cost: trunk.cost,
    patienceMs: trunk.patience === undefined ? usual : (durationMs(trunk.patience) ?? usual),
    ...(trunk['most-in'] === undefined ? {} : { mostIn: trunk['most-in'] }),
    ...(trunk.forwarding === undefined
      ? {}
      : { forwarding: resolveForwarding(trunk.forwarding, (to) => numberNamed(numbers, to)) }),
    ...resolveTrunkService(trunk),
  };
}

/** Each line by SIP is a gateway of its own name: peers, calls and pages know them alike. */
export function linesBySip(trunks: Written<'trunks'>): Record<string, Gateway> {
  return Object.fromEntries(
    Object.entries(trunks).flatMap(([name, { sip }]) => {
      if (!sip) return [];
      const server = serverAddress(sip.server, sip.transport === 'tls' ? 5061 : 5060);
      if (!server) return [];
      const line: SipLine = {
        server,
        transport: sip.transport,
        ...(sip.username === undefined ? {} : { username: sip.username }),
        ...(sip['stand-in'] === undefined ? {} : { standIn: sip['stand-in'] }),
        ...(sip.secret === undefined ? {} : { secret: sip.secret }),
        register: sip.register ?? sip.username !== undefined,
        from: sip.from.map((address) => address.trim()),
        srtp: sip.srtp,
      };
      const gateway: Gateway = {
        name,
        kind: 'sip',
        model: 'carrier',
        address: server,
        codecs: sip.codecs,
        line,
      };
      return [[name, gateway]];
    }),
  );
}

export function routeOf(route: Written<'routes'>[number], numbers: Written<'numbers'>): Route {
  const callerId = numberNamed(numbers, route['caller-id']);
  return {
    to: typeof route.to === 'string' ? [route.to] : route.to,
    ...prefixes(route.numbers),
    ...(route.during === undefined ? {} : { during: route.during }),
    via: route.via,
    order: route.order,
    ...(callerId === undefined ? {} : { callerId }),
    ...(route.allow === undefined ? {} : { allow: route.allow }),
    preempt: route.preempt,
  };
}

export function callerIdRules(document: BranchDocument): CallerIdRule[] {
  return document['caller-ids'].flatMap((rule) => {
    const show = numberNamed(document.numbers, rule.show);
    if (show === undefined) return [];
    return {
      show,
      ...(rule.extensions === undefined ? {} : { extensions: rule.extensions }),
      ...(rule.queues === undefined ? {} : { queues: rule.queues }),
      ...prefixes(rule.numbers),
      ...(rule.during === undefined ? {} : { during: rule.during }),
    };
  });
}

export const callingOf = ({ calling }: BranchDocument): Calling => calling;

export function limitsOf({ limits }: BranchDocument): Limits {
  const { extension, trunk, burst } = limits;
  return {
    extension: {
      calls: extension.calls,
      ...given('minutesADay', extension['minutes-a-day']),
      ...given('internationalMinutesADay', extension['international-minutes-a-day']),
      ...given('costADay', extension['cost-a-day']),
    },
    trunk: {
      ...given('minutesADay', trunk['minutes-a-day']),
      ...given('costADay', trunk['cost-a-day']),
    },
    ...(limits['off-hours'] === undefined ? {} : { offHours: limits['off-hours'] }),
    burst: { prefixes: burst.prefixes, withinMs: durationMs(burst.within) ?? 0 },
    forwardOut: limits['forward-out'],
  };
}

function given<Key extends string>(key: Key, value: number | undefined): { [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: number });
}

function prefixes(written: readonly string[] | undefined): { numbers?: readonly string[] } {
  return written === undefined ? {} : { numbers: written.flatMap((each) => numberPrefix(each) ?? []) };
}

const numberNamed = (numbers: Written<'numbers'>, name: string | undefined): string | undefined =>
  name === undefined ? undefined : e164(numbers[name]?.number ?? '');
