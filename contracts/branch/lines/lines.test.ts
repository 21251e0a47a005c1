import { expect, test } from 'vitest';
import { faultText } from '../faults.ts';
import { resolveBranch } from '../resolve.ts';
import { numberPrefix, serverAddress } from './values.ts';

const base = {
  schema: 'branchline.branch/1',
  site: { id: 'b', name: 'B', country: 'CN', timezone: 'Asia/Shanghai', area: '571' },
  gateways: { e1: { kind: 'e1', address: '10.0.0.11' } },
  trunks: {
    pstn: { gateway: 'e1', channels: 30, numbers: ['+86 571 8600 1000..1029'], cost: { mobile: 0.2 } },
    cloud: {
      sip: {
        server: 'SIP.carrier.example',
        transport: 'tls',
        username: 'hz',
        secret: 'cloud-sip',
        srtp: true,
      },
      channels: 10,
      direction: 'out',
    },
  },
  routes: [
    { to: 'emergency', via: ['pstn', 'cloud'] },
    { to: ['local', 'national', 'mobile'], via: ['pstn', 'cloud'], order: 'cheapest' },
    { to: 'international', numbers: ['+44', '+1 212'], during: 'shop', via: ['cloud'], allow: ['managers'] },
  ],
  'caller-ids': [{ show: 'main', extensions: [8001], numbers: ['+44'], during: 'shop' }],
  calling: { groups: { managers: ['national', 'international'] } },
  limits: { extension: { 'minutes-a-day': 60 }, 'off-hours': { hours: 'shop' } },
  numbers: {
    main: { number: '+86 571 8600 1000', to: 'extension 8001', during: 'shop', otherwise: 'hang-up' },
  },
  people: { boss: { name: 'Boss', extension: 8001, groups: ['managers'], 'may-call': ['premium'] } },
  hours: { shop: { open: { 'mon-fri': '09:00-18:00' } } },
};

function faultsOf(change: (document: typeof base) => unknown): string[] {
  const resolution = resolveBranch(change(structuredClone(base)));
  return resolution.ok
    ? resolution.warnings.map((fault) => `warning ${fault.path}`)
    : resolution.faults.map((fault) => faultText(fault, 'en'));
}

test('lines outside with all that may be said of them', () => {
  const resolution = resolveBranch(base);
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.faults));
  const { trunks, gateways, routes, callerIds, calling, limits, site, people, numbers } = resolution.branch;
  expect(trunks.pstn).toMatchObject({ direction: 'both', dial: 'as-dialled', patienceMs: 2_000 });
  expect(trunks.cloud).toMatchObject({ gateway: 'cloud', direction: 'out', dial: 'e164', patienceMs: 4_000 });
  expect(gateways.cloud).toMatchObject({
    kind: 'sip',
    address: { host: 'sip.carrier.example', port: 5061 },
    line: { register: true, username: 'hz', secret: 'cloud-sip', srtp: true, from: [] },
  });
  expect(routes[2]).toMatchObject({ numbers: ['+44', '+1212'], during: 'shop', allow: ['managers'] });
  expect(callerIds).toEqual([
    { show: '+8657186001000', extensions: ['8001'], numbers: ['+44'], during: 'shop' },
  ]);
  expect(calling).toEqual({
    default: ['local', 'national', 'mobile'],
    groups: { managers: ['national', 'international'] },
  });
  expect(limits).toMatchObject({
    extension: { calls: 4, minutesADay: 60 },
    offHours: { hours: 'shop', deny: ['international', 'premium'] },
    burst: { prefixes: 5, withinMs: 600_000 },
    forwardOut: false,
  });
  expect(site.area).toBe('571');
  expect(people.boss?.mayCall).toEqual(['premium']);
  expect(numbers.main).toMatchObject({ during: 'shop', otherwise: { kind: 'hang-up' } });
});

test('every fault of the lines is named at once, with path, value and remedy', () => {
  const said = faultsOf((document) => ({
    ...document,
    trunks: {
      none: { channels: 1 },
      both: { gateway: 'e1', sip: { server: '203.0.113.7' }, channels: 1 },
      bare: { sip: { server: 'sip.example', username: 'x' }, channels: 1 },
      quiet: { sip: { server: 'sip.example', register: false }, channels: 1 },
      clear: { sip: { server: '203.0.113.7', srtp: true }, channels: 1 },
    },
    routes: [{ to: 'national', via: ['gone'], during: 'never', 'caller-id': 'nobody', allow: ['ghosts'] }],
    'caller-ids': [{ show: 'nobody', extensions: [9999], queues: ['q'], during: 'never' }],
    calling: { groups: { ghosts: ['national'] } },
    limits: { 'off-hours': { hours: 'never' } },
    numbers: { main: { number: '+86 571 8600 1000', to: 'hang-up', during: 'never' } },
  })).join('\n');
  for (const part of [
    "'trunks.none.gateway' is missing. Give the name of a gateway, or sip: { server: ... } beside it.",
    "'trunks.both.gateway' is 'e1'. Give either gateway or sip, and not both.",
    "'trunks.bare.sip.secret' is missing.",
    "'trunks.quiet.sip.from' is missing.",
    "'trunks.clear.sip.srtp' is 'true'.",
    "'routes[0].via[0]' names 'gone'",
    "'routes[0].during' names 'never'",
    "'routes[0].caller-id' names 'nobody'",
    "'routes[0].allow[0]' names 'ghosts'",
    "'caller-ids[0].show' names 'nobody'",
    "'caller-ids[0].extensions[0]' names '9999'",
    "'caller-ids[0].queues[0]' names 'q'",
    "'calling.groups.ghosts' names 'ghosts'",
    "'limits.off-hours.hours' names 'never'",
    "'numbers.main.during' names 'never'",
    "'numbers.main.otherwise' is missing.",
  ])
    expect(said).toContain(part);
});

test('a value out of its form is named where it stands', () => {
  const said = faultsOf((document) => ({
    ...document,
    trunks: {
      cloud: { sip: { server: 'sip:carrier', from: ['carrier.example'], transport: 'sctp' }, channels: 0 },
    },
    routes: [{ to: 'national', numbers: ['0571'], via: ['cloud'] }],
  })).join('\n');
  expect(said).toContain("'trunks.cloud.sip.server' is 'sip:carrier'");
  expect(said).toContain("'trunks.cloud.sip.from[0]' is 'carrier.example'");
  expect(said).toContain("'trunks.cloud.sip.transport' is 'sctp'. Give one of: udp, tcp, tls.");
  expect(said).toContain("'trunks.cloud.channels' is 0");
  expect(said).toContain("'routes[0].numbers[0]' is '0571'");
});

test('a line that bears the name of a gateway is told from it', () => {
  const said = faultsOf((document) => ({
    ...document,
    trunks: { e1: { sip: { server: '203.0.113.7' }, channels: 1 } },
    routes: [],
  }));
  expect(said.join('\n')).toContain("'trunks.e1' is 'e1', which gateways.e1 has already");
});

test('of forty prefixes that overlap, those that an earlier route leaves nothing for are pointed at', () => {
  const warnings = faultsOf((document) => ({
    ...document,
    routes: [
      { to: 'international', numbers: ['+44'], via: ['cloud'] },
      ...Array.from({ length: 38 }, (_, i) => ({
        to: 'international',
        numbers: [`+44${i + 10}`],
        via: ['cloud'],
      })),
      { to: 'international', numbers: ['+4'], via: ['cloud'] },
    ],
  }));
  const expected = Array.from({ length: 38 }, (_, i) => `warning routes[${i + 1}]`);
  expect(warnings.filter((each) => each.includes('routes'))).toEqual(expected);
});

test.each([
  ['sip.example', 5060, { host: 'sip.example', port: 5060 }],
  ['sip.example:5071', 5060, { host: 'sip.example', port: 5071 }],
  ['203.0.113.7', 5061, { host: '203.0.113.7', port: 5061 }],
  ['203.0.113.700', 5061, undefined],
  ['sip.example:0', 5060, undefined],
  ['sip.example:5060:1', 5060, undefined],
  ['a b', 5060, undefined],
  ['-x.example', 5060, undefined],
])('the server %s', (text, port, address) => expect(serverAddress(text, port)).toEqual(address));

test.each([
  ['+44', '+44'],
  ['+86 10', '+8610'],
  ['0044', undefined],
  ['+', undefined],
  ['+0', undefined],
])('the prefix %s', (text, prefix) => expect(numberPrefix(text)).toBe(prefix));

const forwarding = { to: 'north', set: ['*41*{number}#'], cancel: ['#41#'] };
const forwarded = (change: object) => (document: typeof base) => ({
  ...document,
  numbers: { ...document.numbers, north: { number: '+86 571 8600 2000', to: 'extension 8001' } },
  trunks: {
    ...document.trunks,
    pstn: { ...document.trunks.pstn, forwarding: { ...forwarding, ...change } },
  },
});

test('calls that a line does not take, forwarded by its exchange', () => {
  const resolution = resolveBranch(forwarded({ after: '15s' })(structuredClone(base)));
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.faults));
  expect(resolution.branch.trunks.pstn?.forwarding).toEqual({
    ...{ to: '+8657186002000', set: ['*41*{number}#'], cancel: ['#41#'] },
    ...{ afterMs: 15_000, againMs: 7 * 86_400_000 },
  });
  // The number that they are forwarded to needs no line of the branch.
  expect(resolution.warnings.map(({ path }) => path)).not.toContain('numbers.north');
});

test.each<[string, object, string[]]>([
  ['a number that there is not', { to: 'south' }, ['trunks.pstn.forwarding.to', 'south', 'main, north']],
  [
    'a number that the line itself brings',
    { to: 'main' },
    ['trunks.pstn.forwarding.to', 'trunks.pstn brings'],
  ],
  [
    'a code without a place for the number',
    { set: ['*41#'] },
    ['trunks.pstn.forwarding.set[0]', '*41#', "'*41*{number}#'"],
  ],
  ['a code that is none', { cancel: ['hash 41'] }, ['trunks.pstn.forwarding.cancel[0]', 'hash 41', "'#41#'"]],
  ['no code to take it back', { cancel: [] }, ['trunks.pstn.forwarding.cancel']],
  [
    'a time that no exchange has',
    { after: '10m' },
    ['trunks.pstn.forwarding.after', '10m', 'between 1s and 3m'],
  ],
])('%s', (_, change, says) => {
  const [fault = '', ...more] = faultsOf(forwarded(change));
  expect(more).toEqual([]);
  for (const each of says) expect(fault).toContain(each);
});

test('a line by SIP is forwarded by nobody', () => {
  const [fault] = faultsOf((document) => {
    const { trunks, ...rest } = forwarded({})(document);
    return {
      ...rest,
      trunks: { ...document.trunks, pstn: document.trunks.pstn, cloud: { ...trunks.cloud, forwarding } },
    };
  });
  expect(fault).toContain('trunks.cloud.forwarding');
});
