/** The whole uplink against a real broker over TLS; headquarters' store is the stand-in of testing/. */
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { detailText } from '@branchline/contracts/alarm-detail';
import { healthReport } from '@branchline/contracts/health';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { DRAIN_TUNING } from './drain-core.ts';
import { readIdentity } from './identity.ts';
import type { UplinkStatus } from './ports.ts';
import { swallowingLine } from './testing/line.ts';
import { Headquarters } from './testing/headquarters.ts';
import { MemoryLedger } from './testing/memory-ledger.ts';
import { throwAwayPki, type Pki } from './testing/pki.ts';
import { Uplink, type UplinkTuning } from './uplink.ts';

const QUICK: UplinkTuning = {
  drain: { ...DRAIN_TUNING, batchMs: 20, gapMs: 0, patienceMs: 300 },
  session: { firstRetryMs: 20, longestRetryMs: 50, provenMs: 1000 },
  link: { keepaliveS: 5, openMs: 2000, answerMs: 2000 },
  alarmAfterMs: 50,
};

let pki: Pki;
let hq: Headquarters;
let dir: string;
let ledger: MemoryLedger;
let uplink: Uplink;
let alarm: { open: boolean; detail?: string | undefined };
const told = new EventEmitter();

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'uplink-'));
  pki = await throwAwayPki();
  hq = new Headquarters(pki);
  await hq.start();
  ledger = new MemoryLedger();
  alarm = { open: false };
  uplink = newUplink();
});

afterEach(async () => {
  await uplink.stop();
  await hq.stop();
  rmSync(dir, { recursive: true });
});

function newUplink(
  changes: { port?: number } = {},
  tuning: UplinkTuning = {},
  keepaliveS?: () => number,
): Uplink {
  return new Uplink({
    settings: {
      host: '127.0.0.1',
      port: hq.port,
      tenant: 'acme',
      box: 'box-1',
      identityDir: dir,
      ...changes,
    },
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    version: '0.1.0',
    ledger,
    alarms: {
      raise: (code, _subject, detail) => {
        if (code === 'uplink-down') alarm = { open: true, detail };
        told.emit('alarm');
      },
      clear: () => {
        alarm = { open: false };
      },
    },
    reported: () => ({ version: '0.1.0', revision: 'a'.repeat(64), document: { site: {} }, warnings: 0 }),
    onStatus: (status) => told.emit('status', status),
    tuning: { ...QUICK, ...tuning },
    ...(keepaliveS && { keepaliveS }),
  });
}

async function enrolled(): Promise<void> {
  await readIdentity({ identityDir: dir, tenant: 'acme', box: 'box-1' });
  await pki.enrol(dir);
}

async function status(holds: (status: UplinkStatus) => boolean): Promise<UplinkStatus> {
  while (!holds(uplink.status())) await once(told, 'status', { signal: AbortSignal.timeout(8000) });
  return uplink.status();
}

const empty = (): boolean => ledger.unsent(1).length === 0;

describe('before enrolment', () => {
  test('it waits and says for what; once the files are there it connects by itself', async () => {
    uplink.start();
    const waiting = await status((s) => s.waitingFor?.startsWith('{not-enrolled|') ?? false);
    expect(waiting).toMatchObject({ connected: false });
    await pki.enrol(dir);
    await status((s) => s.connected);
    expect(uplink.status().waitingFor).toBeNull();
  });

  test('an alarm says so', async () => {
    uplink.start();
    while (!alarm.detail?.startsWith('{not-enrolled|'))
      await once(told, 'alarm', { signal: AbortSignal.timeout(5000) });
    expect(alarm.open).toBe(true);
  });
});

describe('enrolled', () => {
  beforeEach(enrolled);

  test('on connect headquarters hears presence, the document and the latest health', async () => {
    uplink.tellHealth(report(1));
    uplink.tellHealth(report(2));
    uplink.start();
    await hq.until(() => hq.last('health') !== undefined && hq.last('reported') !== undefined);
    expect(hq.last('presence')).toMatchObject({ state: 'online', version: '0.1.0' });
    expect(hq.last('reported')).toMatchObject({ revision: 'a'.repeat(64) });
    expect(hq.received.filter(({ leaf }) => leaf === 'health')).toHaveLength(1);
    expect(hq.last('health')).toMatchObject({ calls: 2 });
  });

  test('an orderly stop says offline itself; a cut lets the will say it', async () => {
    uplink.start();
    await hq.until(() => hq.last('presence')?.state === 'online');
    hq.cutAll();
    await hq.until(() => hq.last('presence')?.state === 'offline');
    await hq.until(() => hq.last('presence')?.state === 'online');
    await uplink.stop();
    expect(hq.last('presence')?.state).toBe('offline');
  });

  test('the outbox empties on the word of headquarters, not on that of the broker', async () => {
    hq.acknowledges = false;
    ledger.append(3);
    uplink.start();
    await hq.until(() => hq.events.size === 3);
    expect(ledger.unsent(10)).toHaveLength(3);
    await hq.until(() => (hq.events.get(3)?.times ?? 0) > 1);
    hq.acknowledges = true;
    hq.acknowledge();
    await ledger.until(empty);
    expect(uplink.status().outbox).toBe(0);
  });

  test('live events go in batches', async () => {
    uplink.start();
    await status((s) => s.connected);
    for (let index = 0; index < 40; index++) ledger.append(1);
    await hq.until(() => hq.events.size === 40);
    expect(hq.received.filter(({ leaf }) => leaf === 'ledger').length).toBeLessThan(5);
  });

  test('the broker away and back: nothing lost, nothing doubled', async () => {
    await hq.stop();
    uplink.start();
    ledger.append(700);
    await once(told, 'alarm', { signal: AbortSignal.timeout(5000) });
    ledger.append(900);
    await hq.start();
    await hq.until(() => hq.contiguous() === 1600);
    await ledger.until(empty);
    expect([...hq.events.values()].every(({ times }) => times === 1)).toBe(true);
    expect(hq.largestFrameEvents.value).toBeLessThanOrEqual(500);
    expect(alarm.open).toBe(false);
  });

  test('cut in the midst of a long history, again and again: everything arrives', async () => {
    ledger.append(6000, { who: 'x'.repeat(300), action: 'y' });
    uplink.start();
    for (const count of [500, 2000, 4000]) {
      await hq.until(() => hq.events.size >= count);
      hq.cutAll();
    }
    await hq.until(() => hq.contiguous() === 6000);
    await ledger.until(empty);
  });

  test('what headquarters misses is sent again', async () => {
    ledger.append(1200);
    uplink.start();
    await hq.until(() => hq.contiguous() === 1200);
    for (let seq = 101; seq <= 900; seq++) hq.events.delete(seq);
    hq.say('ledger-resend', { v: 1, epoch: ledger.epoch, from: 101, to: 900 });
    await hq.until(() => hq.contiguous() === 1200);
  });

  test('words that make no sense are dropped, and the next good one is heard', async () => {
    hq.acknowledges = false;
    ledger.append(5);
    uplink.start();
    await hq.until(() => hq.events.size === 5);
    hq.say('ledger-ack', '{"v":1,');
    hq.say('ledger-ack', { v: 2, epoch: ledger.epoch, upto: 5 });
    hq.say('ledger-ack', { v: 1, epoch: 'f'.repeat(16), upto: 5 });
    hq.say('ledger-ack', { v: 1, epoch: ledger.epoch, upto: 99 });
    hq.say('ledger-resend', { v: 1, epoch: ledger.epoch, from: 0, to: 'all' });
    hq.say('ledger-ack', { v: 1, epoch: ledger.epoch, upto: 2 });
    await ledger.until(() => ledger.unsent(1)[0]?.seq === 3);
    expect(uplink.status().connected).toBe(true);
  });

  test('a box that headquarters does not know goes on trying, and says why', async () => {
    await (await throwAwayPki()).enrol(dir);
    uplink.start();
    const refused = await status((s) => s.waitingFor !== null && s.waitingFor !== '{starting}');
    expect(detailText(refused.waitingFor ?? '', 'en')).toMatch(/certificate/i);
  });

  test('a line that swallows everything is noticed within one and a half keepalives, and nothing is lost', async () => {
    const line = await swallowingLine(hq.port);
    uplink = newUplink({ port: line.port }, { link: { keepaliveS: 1, openMs: 2000, answerMs: 60_000 } });
    uplink.start();
    await status((s) => s.connected);
    line.swallow();
    const dead = performance.now();
    ledger.append(3);
    await status((s) => !s.connected);
    expect(performance.now() - dead).toBeLessThan(2500);
    line.pass();
    await ledger.until(empty);
    expect(hq.contiguous()).toBe(3);
    await uplink.stop();
    line.close();
  });

  test('how soon a dead line is noticed is asked anew with each line', async () => {
    const line = await swallowingLine(hq.port);
    const asked: number[] = [];
    const patient = { keepaliveS: 600, openMs: 2000, answerMs: 600_000 };
    uplink = newUplink({ port: line.port }, { link: patient }, () => {
      asked.push(asked.length === 0 ? 600 : 1);
      return asked.at(-1) ?? 0;
    });
    uplink.start();
    await status((s) => s.connected);
    uplink.reconnect('another document');
    await status((s) => s.connected && asked.length === 2);
    line.swallow();
    await status((s) => !s.connected);
    expect(asked.slice(0, 2)).toEqual([600, 1]);
    await uplink.stop();
    line.close();
  });

  test('when the way has changed it connects anew at once, and finds nothing dead first', async () => {
    const line = await swallowingLine(hq.port);
    const patient = { keepaliveS: 600, openMs: 2000, answerMs: 600_000 };
    uplink = newUplink({ port: line.port }, { link: patient });
    uplink.start();
    await hq.until(() => hq.last('presence')?.state === 'online');
    line.swallow();
    ledger.append(3);
    line.pass();
    uplink.reconnect('the way is another');
    await ledger.until(empty);
    expect(hq.contiguous()).toBe(3);
    await uplink.stop();
    line.close();
  });

  test('when the way has changed it waits no longer between two attempts', async () => {
    const line = await swallowingLine(hq.port);
    const patient = { firstRetryMs: 600_000, longestRetryMs: 600_000, provenMs: 1000 };
    uplink = newUplink({ port: line.port }, { session: patient });
    uplink.start();
    await status((s) => s.connected);
    line.drop();
    await status((s) => !s.connected);
    uplink.reconnect('the way is another');
    await status((s) => s.connected);
    await uplink.stop();
    line.close();
  });

  test('a headquarters of an earlier release, which sends no documents, is worked with; one that takes no ledger is not', async () => {
    hq.unknown = new Set(['desired', 'reported-ack']);
    ledger.append(3);
    uplink.start();
    await ledger.until(empty);
    hq.unknown = new Set(['ledger-ack']);
    hq.cutAll();
    const refused = await status((s) => /\{broker-refused\}/.test(s.waitingFor ?? ''));
    expect(refused.connected).toBe(false);
  });

  test('stops while headquarters is away', async () => {
    await hq.stop();
    uplink.start();
    await status((s) => /ECONNREFUSED/.test(s.waitingFor ?? ''));
    await uplink.stop();
    expect(uplink.status().connected).toBe(false);
  });
});

function report(calls: number) {
  const at = '2026-01-05T02:00:00.000Z';
  return healthReport.parse({
    v: 1,
    at,
    uptimeS: 1,
    cpu: { percent: 1, load1: 0, cores: 2 },
    memory: { totalMb: 1, usedPercent: 1, serviceMb: 1, engineMb: null },
    disks: [],
    temperatureC: null,
    engine: { state: 'up', version: null, since: at, optionsMs: 1 },
    phones: [],
    trunks: [],
    uplink: { connected: false, since: null, outbox: 0 },
    calls,
  });
}
