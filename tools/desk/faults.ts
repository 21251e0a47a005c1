/** The faults that a hand can make on a desk: what each is, what is to be seen then, and how it ends. */
import type { LabFile } from '@branchline/contracts/lab';

export interface DeskFault {
  /** What stands behind `npm run fault --`. */
  readonly order: string;
  readonly what: string;
  /** Codes of docs/reference/alarms.md, or what else is to be seen. */
  readonly see: string;
  readonly ends: string;
  /** One of those that `storm` makes together: none of them is the cause of another. */
  readonly storm?: true;
}

/** Of what stands on this desk. The first gateway is the one with an E1. */
export function deskFaults({ gateways, ups, contacts, time }: LabFile): readonly DeskFault[] {
  const [first, ...others] = gateways.map(({ name }) => name);
  const [supply] = ups.map(({ name }) => name);
  const of = (name: string | undefined, faults: (name: string) => readonly DeskFault[]) =>
    name === undefined ? [] : faults(name);
  const has = (name: string): string | undefined => (contacts.includes(name) ? name : undefined);
  return [
    ...of(supply, ofSupply),
    ...of(first, ofFirstGateway),
    ...others.flatMap(ofOtherGateway),
    ...of(has('case'), (name) => [
      row(`contact ${name} open`, 'the case is opened', 'tampered', '… closed, ten minutes later', true),
    ]),
    ...of(has('cabinet'), (name) => [
      row(
        `contact ${name} open`,
        'the door stays open',
        'door-open, after the time that the document gives',
        '… closed',
        true,
      ),
    ]),
    row('gpio missing on', 'the GPIO chip is gone', 'contacts-lost', '… off'),
    row(
      'phones away on',
      'the switch before all desks is out',
      'phones-unreachable, each beneath',
      '… off',
      true,
    ),
    row('engine killed', 'the call engine dies', 'engine-down for some seconds; calls are lost', 'by itself'),
    row(
      'engine stopped on',
      'the call engine stays away',
      'engine-down, all lines and phones beneath',
      '… off',
    ),
    row(
      'box killed',
      'the box service dies beneath its calls',
      'calls go on; HQ: away for a moment',
      'by itself',
    ),
    row(
      'box stopped on',
      'the box service stays away',
      'calls the survivable way; HQ: the branch is away',
      '… off',
    ),
    row('uplink cut on', 'the way to headquarters is cut', 'uplink-down at the box; HQ: away', '… off'),
    ...(time ? ofTime() : []),
    row('headquarters stopped on', 'headquarters stays away', 'uplink-down at the box', '… off'),
  ];
}

/** The box asks every quarter of an hour, sooner when one answer was off; a service that begins asks at once. */
const ofTime = (): readonly DeskFault[] => [
  row(
    'time wrong on',
    'the time server is 90 s ahead',
    "clock-off within 16 minutes; 'box killed' makes it 65 s",
    '… off, and a quarter of an hour',
  ),
  row(
    'time silent on',
    'the time server says nothing',
    "the clock's state 'unknown', after an hour",
    '… off, and a quarter of an hour',
  ),
];

const ofSupply = (ups: string): readonly DeskFault[] => [
  row(`${ups} mains off`, 'the mains fail', 'on-battery; then docs/power.md', `${ups} mains on`),
  row(`${ups} unplugged on`, 'the serial line of the UPS is pulled', 'ups-lost', '… off', true),
  row(`${ups} overload on`, 'too much hangs on the UPS', 'overload', '… off'),
  row(`${ups} bad-battery on`, 'its battery holds a quarter', 'seen in an outage: replace-battery', '… off'),
];

const ofFirstGateway = (name: string): readonly DeskFault[] => [
  row(`${name} los on`, 'the E1 is pulled', 'trunk-down', '… off', true),
  row(`${name} silent on`, 'the gateway is out of reach', 'gateway-unreachable, trunk-down beneath', '… off'),
  row(`${name} refuse on`, 'the far end refuses every call', 'trunk-degraded, with the calls', '… off'),
  row(`${name} one-way on`, 'the box hears nothing', 'trunk-degraded, with the calls', '… off'),
];

const ofOtherGateway = (name: string): readonly DeskFault[] => [
  row(`${name} power-off on`, 'the gateway is off', 'gateway-unreachable, trunk-down beneath', '… off', true),
];

const row = (order: string, what: string, see: string, ends: string, storm?: true): DeskFault => ({
  ...{ order, what, see, ends },
  ...(storm && { storm }),
});

/** As columns of a terminal. */
export function faultList(faults: readonly DeskFault[]): string {
  const wide = (of: (fault: DeskFault) => string): number =>
    Math.max(...faults.map((fault) => of(fault).length));
  const [orders, whats, sees] = [
    wide(({ order }) => order),
    wide(({ what }) => what),
    wide(({ see }) => see),
  ];
  return faults
    .map(({ order, what, see, ends }) =>
      [order.padEnd(orders), what.padEnd(whats), see.padEnd(sees), ends].join('  '),
    )
    .join('\n');
}
