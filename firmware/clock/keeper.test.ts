import { beforeEach, describe, expect, it } from 'vitest';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { clockHealth } from '@branchline/contracts/clock';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import type { Said } from './ask.ts';
import { ClockKeeper } from './keeper.ts';
import { trusted, type Word } from './judge.ts';

let clock: ManualClock;
let says: Record<string, Said>;
let asked: string[];
let events: NewEvent[];
let open: Record<string, string | undefined>;
let stated: string[];

beforeEach(() => {
  clock = new ManualClock();
  [says, asked, events, open, stated] = [{}, [], [], {}, ['ntp']];
});

const ahead = (aheadMs: number, delayMs = 20, server = 'ntp'): Said => ({
  word: { server, aheadMs, delayMs },
});

function start(machine: string[] = []): ClockKeeper {
  const keeper = new ClockKeeper({
    clock,
    log: silentLog,
    rules: () => ({ servers: stated.map((host) => ({ host, port: 123 })), warnMs: 1_000 }),
    machineServers: () => Promise.resolve(machine.map((host) => ({ host, port: 123 }))),
    ask: ({ host }) => {
      asked.push(host);
      return Promise.resolve(says[host] ?? { why: 'no answer' });
    },
    alarms: {
      raise: (code, _, detail) => void (open[code] = detail),
      clear: (code) => void Reflect.deleteProperty(open, code),
    },
    append: (more) => events.push(...more),
    onChange: () => undefined,
  });
  keeper.start();
  return keeper;
}

/** Lets a round that is due come to its end. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe('the clock', () => {
  it('that is right is found so once, and asked about every quarter of an hour', async () => {
    says.ntp = ahead(30);
    const keeper = start();
    await pass(5_000);
    for (let round = 0; round < 8; round++) await pass(900_000);
    expect(asked).toHaveLength(9);
    expect(events.map(({ body }) => body)).toEqual([
      { from: 'unknown', state: 'right', aheadMs: 30, by: 'ntp' },
    ]);
    expect(clockHealth.parse(keeper.health())).toMatchObject({ state: 'right', aheadMs: 30, withinMs: 10 });
    for (const event of events) eventBodies[event.type].parse(event.body);
  });

  it('that is off by more than a second is an alarm after a second look, until it is well within', async () => {
    says.ntp = ahead(-4_200);
    start();
    await pass(5_000);
    expect(open).toEqual({});
    await pass(60_000);
    expect(open).toEqual({ 'clock-off': '-4.2 s (ntp)' });
    says.ntp = ahead(700);
    await pass(900_000);
    expect(Object.keys(open)).toEqual(['clock-off']);
    says.ntp = ahead(100);
    await pass(900_000);
    expect(open).toEqual({});
    expect(events.map(({ body }) => 'state' in body && body.state)).toEqual(['off', 'right']);
  });

  it('is not called off by what a slow network can add', async () => {
    says.ntp = ahead(1_400, 1_000);
    start();
    await pass(5_000);
    await pass(60_000);
    expect(open).toEqual({});
  });

  it('is not known any more after an hour without an answer, and what is open stays', async () => {
    says.ntp = ahead(4_000);
    const keeper = start();
    await pass(5_000);
    await pass(60_000);
    delete says.ntp;
    for (let round = 0; round < 4; round++) await pass(900_000);
    expect(keeper.health()).toMatchObject({ state: 'unknown', because: 'no-answer', aheadMs: 4_000 });
    expect(Object.keys(open)).toEqual(['clock-off']);
  });

  it('is judged by the servers of the machine where the document names none', async () => {
    [stated, says.debian] = [[], ahead(1)];
    start(['debian']);
    await pass(5_000);
    expect(asked).toEqual(['debian']);
  });

  it('is not known where nobody names a server', async () => {
    stated = [];
    const keeper = start();
    await pass(5_000);
    expect(keeper.health()).toMatchObject({ state: 'unknown', because: 'no-servers' });
  });

  it('leaves a server alone that does not wish to be asked', async () => {
    stated = ['busy', 'no', 'ntp'];
    [says.busy, says.no, says.ntp] = [{ why: 'kiss', kiss: 'RATE' }, { why: 'kiss', kiss: 'DENY' }, ahead(0)];
    start();
    await pass(5_000);
    asked = [];
    for (let round = 0; round < 5; round++) await pass(900_000);
    expect(asked.filter((host) => host === 'no')).toEqual([]);
    expect(asked.filter((host) => host === 'busy').length).toBe(1);
  });
});

it('of three servers the one in the middle is believed, of two the nearer', () => {
  const word = (aheadMs: number, delayMs: number): Word => ({ server: 's', aheadMs, delayMs });
  expect(trusted([word(9_000_000, 1), word(3, 50), word(-2, 50)])?.aheadMs).toBe(3);
  expect(trusted([word(500, 90), word(3, 50)])?.aheadMs).toBe(3);
  expect(trusted([])).toBeUndefined();
});
