import { beforeEach, describe, expect, it } from 'vitest';
import { network, resolveNetwork } from '@branchline/contracts/branch/network';
import { networkHealth } from '@branchline/contracts/network';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { CALM_LINE_MS, LinePaths } from './line-paths.ts';
import type { LineTarget } from './sip-probe.ts';

const CLOUD: LineTarget = { name: 'cloud', host: 'sip.example', port: 5060, transport: 'udp' };

let clock: ManualClock;
let lines: LineTarget[];
/** Ms there and back; null for no answer. */
let takes: number | null;
let asked: number[];
let open: string[];

beforeEach(() => {
  clock = new ManualClock();
  [lines, takes, asked, open] = [[CLOUD], 30, [], []];
});

function start(): LinePaths {
  const paths = new LinePaths({
    clock,
    log: silentLog,
    limits: () => resolveNetwork(network.parse({})),
    alarms: {
      raise: (code, subject) => void (open = [...new Set([...open, `${code} ${subject}`])]),
      clear: (code, subject) => void (open = open.filter((each) => each !== `${code} ${subject}`)),
    },
    append: () => undefined,
    onChange: () => undefined,
    lines: () => lines,
    probeLine: () => {
      asked.push(clock.monotonic());
      const ms = takes;
      return Promise.resolve(
        ms === null ? { heard: false, why: 'no-answer' } : { heard: true, ms, refused: false },
      );
    },
  });
  paths.start();
  return paths;
}

async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  }
}

describe('the way to a cloud line', () => {
  it('is warned of above 200 ms by default, and shown under its trunk', async () => {
    const paths = start();
    await pass(60);
    expect(networkHealth.parse({ paths: paths.health() }).paths).toMatchObject([
      { to: 'cloud', state: 'good', latencyMs: 30, lossPercent: 0 },
    ]);
    takes = 201;
    await pass(2_400);
    expect(paths.health()).toMatchObject([{ state: 'poor', because: ['latency'], latencyMs: 201 }]);
    expect(open).toEqual(['network-poor cloud']);
    lines = [];
    paths.follow();
    expect([paths.health(), open]).toEqual([[], []]);
  });

  it('is asked every two minutes when it is well', async () => {
    start();
    await pass(600);
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(pauses.slice(5)).toEqual(pauses.slice(5).map(() => CALM_LINE_MS));
    expect(pauses.length).toBeGreaterThan(6);
  });

  it('that was never heard is not judged; one that was, and is silent, is', async () => {
    takes = null;
    const paths = start();
    await pass(600);
    expect(paths.health()).toEqual([]);
    takes = 30;
    await pass(300);
    takes = null;
    await pass(300);
    expect(paths.health()).toMatchObject([{ state: 'unreachable' }]);
  });
});
