import { describe, expect, it } from 'vitest';
import {
  costOf,
  noTraffic,
  rates,
  trafficStep,
  usageStep,
  usedPercent,
  type Traffic,
  type Usage,
} from './traffic.ts';
import { countersOf, defaultInterface } from './proc-net.ts';

const CAPACITY = { down: 100, up: 20 };

/** A reading each ten seconds, at so many Mbit/s. */
function after(...mbps: { down?: number; up?: number }[]): Traffic {
  let traffic = trafficStep(noTraffic, { at: 0, down: 1_000, up: 1_000 }, CAPACITY, 80);
  let last = { at: 0, down: 1_000, up: 1_000 };
  for (const { down = 0, up = 0 } of mbps) {
    last = { at: last.at + 10_000, down: last.down + down * 1_250_000, up: last.up + up * 1_250_000 };
    traffic = trafficStep(traffic, last, CAPACITY, 80);
  }
  return traffic;
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('how full an uplink is', () => {
  it('is what went over it in the last minute, of the fuller direction', () => {
    const traffic = after(...times(3, { down: 90 }), ...times(6, { down: 10, up: 5 }));
    expect(rates(traffic)).toEqual({ down: 10, up: 5 });
    expect(usedPercent(traffic, CAPACITY)).toBe(25);
    expect(usedPercent(traffic, undefined)).toBeNull();
  });

  it('is too full over 80 % for a minute, until it is well below', () => {
    expect(after(...times(3, { up: 19 })).busy).toBe(false);
    const full = times(6, { up: 19 });
    expect(after(...full).busy).toBe(true);
    expect(after(...full, ...times(6, { up: 15 })).busy).toBe(true);
    expect(after(...full, ...times(6, { up: 12 })).busy).toBe(false);
  });

  it('begins anew with an interface that was made anew', () => {
    const traffic = trafficStep(after({ down: 50 }), { at: 20_000, down: 0, up: 0 }, CAPACITY, 80);
    expect(rates(traffic)).toBeNull();
  });
});

describe('what a month costs', () => {
  const at = (down: number, change: Partial<Omit<Usage, 'bytes' | 'last'>> = {}) => {
    return { month: '2026-11', boot: 'a', ...change, last: { down, up: 0 } };
  };
  const run = (...readings: ReturnType<typeof at>[]): Usage | undefined =>
    readings.reduce<Usage | undefined>((before, reading) => usageStep(before, reading), undefined);

  it('counts from the first look on', () => expect(run(at(5_000), at(7_000))?.bytes).toBe(2_000));

  it('goes on over a restart of the service and of the machine', () => {
    expect(run(at(5_000), at(7_000), at(300, { boot: 'b' }), at(500, { boot: 'b' }))?.bytes).toBe(2_500);
    expect(run(at(100), at(200), at(900, { boot: 'b' }))?.bytes).toBe(1_000);
  });

  it('counts an interface that was made anew from nothing', () => {
    expect(run(at(5_000), at(7_000), at(400))?.bytes).toBe(2_400);
  });

  it('begins with the first of the month', () => {
    expect(run(at(0), at(7_000), at(7_500, { month: '2026-12' }))).toMatchObject({
      month: '2026-12',
      bytes: 500,
    });
  });

  it('is bytes times price, to the cent', () => {
    const used = { ...at(0), bytes: 1_234_000_000 };
    expect(costOf(used, { perGb: 12.5, currency: 'CNY' })).toBe(15.43);
    expect(costOf(used, undefined)).toBeNull();
  });
});

it('reads /proc/net/dev, with and without room behind the name', () => {
  const dev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1076    10    0    0    0     0          0         0     1076      10    0    0    0     0       0          0
wwan0:4294967296    10    0    0    0     0          0         0  77      10    0    0    0     0       0          0
`;
  expect([...countersOf(dev)]).toEqual([
    ['lo', { down: 1_076, up: 1_076 }],
    ['wwan0', { down: 4_294_967_296, up: 77 }],
  ]);
});

it('finds the default route of the lowest metric that is up', () => {
  const row = (device: string, to: string, flags: string, metric: number, mask: string): string =>
    [device, to, '0100000A', flags, 0, 0, metric, mask, 0, 0, 0].join('\t');
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
  const rows = [
    row('wwan0', '00000000', '0003', 700, '00000000'),
    row('eth0', '00000000', '0003', 100, '00000000'),
    row('gone0', '00000000', '0002', 1, '00000000'),
    row('eth0', '0000000A', '0001', 0, '00FFFFFF'),
    row('half0', '00000000', '0001', 0, '00000080'),
  ];
  expect(defaultInterface([head, ...rows].join('\n'))).toBe('eth0');
  expect(defaultInterface(head)).toBeUndefined();
});
