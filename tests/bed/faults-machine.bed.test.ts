/** The machine under the box misbehaves: disks are full, the clock jumps, names cannot be looked up. Calls go on, and help is reached. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallSummary } from '@branchline/contracts/call-story';
import type { Call } from '@branchline/lab/sip/call';
import { eventsOf, ledgerFaults, settledEventsOf } from '../chaos/one-story.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';

const SERVICE = '057186001001';
const YEAR_MS = 365 * 86_400_000;
const MB = 1024 * 1024;
/** Room for the reserve that the box keeps, twice over, and some. */
const DATA_MB = 180;
const HELP_MS = 8_000;

const asRoot = process.getuid?.() === 0;
if (!asRoot)
  console.warn('skipped: full disks and a dead name service need root, for file systems of their own');

describe.skipIf(ENGINE_ROOT === undefined || !asRoot)('a machine that misbehaves', () => {
  const own = mkdtempSync(join(tmpdir(), 'branchline-machine-'));
  const clockFile = join(own, 'clock');
  const mounted: string[] = [];
  const image = join(own, 'disk');
  /** The block device under the box's data, where this machine has one to lend. */
  let device: string | undefined;
  let bed: BranchBed;
  let raw = '';

  const mount = (path: string, size: string): void => {
    mkdirSync(path, { recursive: true });
    run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', path);
    mounted.push(path);
  };
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      onPlaces: (boxDir) => {
        device = mountImage(image, boxDir);
        if (device === undefined) mount(boxDir, `${DATA_MB}m`);
        else mounted.push(boxDir);
        raw = join(boxDir, 'recordings-raw');
        mount(raw, '2m');
      },
      boxEnv: {
        SHIFTED_CLOCK: clockFile,
        NODE_OPTIONS: `--import ${new URL('shifted-clock.ts', import.meta.url).href}`,
      },
    });
    for (const desk of ['desk-2', 'desk-3']) bed.phone(desk).onIncoming({ kind: 'answer', afterMs: 50 });
  });
  afterAll(async () => {
    for (const path of mounted.reverse()) run('umount', '-l', path);
    await bed.stop();
    rmSync(own, { recursive: true });
  });

  const talk = async (caller: number): Promise<Call> => {
    const call = await bed.caller(caller).call(SERVICE);
    await Promise.any([610, 730].map((hz) => call.rtp.untilHears(hz, { withinMs: 10_000, lastMs: 300 })));
    return call;
  };
  /** Help is called from a desk, and answers. */
  const help = async (): Promise<void> => {
    const call = await bed.phone('desk-1').call('110');
    await call.answered(HELP_MS);
    await call.hangup();
  };
  const alarm = (code: string, open: boolean, withinMs: number): Promise<unknown> =>
    bed
      .box()
      .untilLive(({ alarms }) => Object.values(alarms).some((each) => each.code === code) === open, withinMs);
  const quiet = (): Promise<unknown> =>
    bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, 10_000);

  test('a recording that stops raises an alarm within 10 s; the call goes on, and with it the alarm goes', async () => {
    fill(join(raw, 'filler'), 96 * 1024);
    const call = await talk(0);
    await untilFull(raw);
    const full = performance.now();
    await alarm('recording-stalled', true, 10_000);
    console.log(`the alarm came ${Math.round(performance.now() - full)} ms after the disk was full`);
    expect(call.state).toBe('up');
    await Promise.any([610, 730].map((hz) => call.rtp.untilHears(hz, { withinMs: 3_000, lastMs: 300 })));
    await help();
    await call.hangup();
    await alarm('recording-stalled', false, 5_000);
    rmSync(join(raw, 'filler'));
    await quiet();
  });

  test("the ledger's disk is full: calls go on, the alarm is raised, and what happened is written when there is room", async () => {
    await pause(500);
    fill(join(bed.boxDir, 'filler'), 0);
    const first = await talk(0);
    // The box lets its reserve go, and that is filled too.
    fill(join(bed.boxDir, 'filler-2'), 0);
    const second = await talk(1);
    await alarm('disk-full', true, 15_000);
    const written = eventsOf(bed).length;
    const full = Date.now();
    await Promise.all([first.hangup(), second.hangup()]);
    const third = await talk(2);
    await third.hangup();
    await help();
    await quiet();
    const waiting =
      4 - eventsOf(bed).filter(({ type, at }) => type === 'call.ended' && Date.parse(at) > full).length;
    console.log(`the ends of ${waiting} calls waited in memory for room`);
    rmSync(join(bed.boxDir, 'filler'));
    rmSync(join(bed.boxDir, 'filler-2'));
    await alarm('disk-full', false, 25_000);
    const events = await settledEventsOf(bed);
    expect(events.length).toBeGreaterThan(written);
    expect(ledgerFaults(events)).toEqual([]);
    const ends = events.filter(({ type, at }) => type === 'call.ended' && Date.parse(at) > full);
    expect(ends).toHaveLength(4);
    expect(ends[2]?.body.recorded).toEqual({ kept: false, because: 'disk has no room to spare' });
    await (await talk(0)).hangup();
    await quiet();
    const after = (await settledEventsOf(bed)).filter(({ type }) => type === 'call.ended').at(-1);
    expect(after?.body.recorded).toMatchObject({ kept: true });
  });

  test('the clock jumps a year, and back: durations stay true, and everybody is rung as before', async () => {
    for (const shift of [YEAR_MS, 0]) {
      const before = (await settledEventsOf(bed)).length;
      const calls = await Promise.all([talk(0), talk(1)]);
      writeFileSync(clockFile, String(shift));
      await alarm('clock-jumped', true, 15_000);
      for (const call of calls) {
        expect(call.state).toBe('up');
        await call.hangup();
      }
      await help();
      await quiet();
      await bed
        .box()
        .untilLive(({ agents }) => Object.values(agents).every(({ state }) => state === 'ready'), 10_000);
      const ends = (await settledEventsOf(bed)).slice(before).filter(({ type }) => type === 'call.ended');
      expect(ends).toHaveLength(3);
      for (const { body } of ends) expect(Number(body.totalMs)).toBeLessThan(60_000);
      await (await talk(2)).hangup();
      await quiet();
    }
  });

  test('a dead name service holds nobody up', async () => {
    const adoptions = async (): Promise<number> =>
      (await settledEventsOf(bed)).filter(({ type }) => type === 'service.started').length;
    const before = await adoptions();
    await bed.end('engine', 'SIGKILL');
    const dead = join(own, 'resolv.conf');
    // TEST-NET-1 (RFC 5737): nobody answers there.
    writeFileSync(dead, 'nameserver 192.0.2.1\noptions timeout:5 attempts:2\n');
    const bind = 'mount --bind "$0" "$1" && shift && exec "$@"';
    const inside = join(ENGINE_ROOT ?? '', 'etc/resolv.conf');
    bed.startEngine(['unshare', '-m', '--propagation', 'private', 'sh', '-c', bind, dead, inside]);
    await until('the new engine is adopted', async () => (await adoptions()) > before);
    await bed
      .box()
      .untilLive(
        ({ phones, trunks }) =>
          Object.values(phones).every(({ reachable }) => reachable) &&
          Object.values(trunks).every(({ state }) => state === 'up'),
        30_000,
      );
    await help();
    await quiet();
    const rangMs: number[] = [];
    for (const caller of [0, 1, 2]) {
      const began = performance.now();
      const offered = ['desk-2', 'desk-3'].map((desk) => bed.phone(desk).nextCall(10_000));
      const call = await bed.caller(caller).call(SERVICE);
      await Promise.any(offered);
      rangMs.push(Math.round(performance.now() - began));
      await Promise.any([610, 730].map((hz) => call.rtp.untilHears(hz, { withinMs: 10_000, lastMs: 300 })));
      await call.hangup();
      await quiet();
    }
    console.log(`without a name service phones rang after ${rangMs.join(', ')} ms`);
    // A resolver that is asked and does not answer costs five seconds each time.
    expect(Math.max(...rangMs)).toBeLessThan(4_000);
  });

  test('is switched on: who calls in its first seconds waits for the service, and comes into the queue', async () => {
    await quiet();
    await Promise.all([bed.end('box', 'SIGKILL'), bed.end('engine', 'SIGKILL')]);
    bed.startEngine();
    await bed.phone('desk-2').register();
    const asked = new Date().toISOString();
    const call = await bed.caller(1).call(SERVICE);
    bed.startBox();
    await Promise.any([610, 730].map((hz) => call.rtp.untilHears(hz, { withinMs: 30_000, lastMs: 300 })));
    await call.hangup();
    const isIt = ({ startedAt, queue }: CallSummary): boolean => startedAt >= asked && queue === 'service';
    const calls = await bed.box().untilCalls((all) => all.some(isIt), 10_000);
    const { events } = await bed.box().call(calls.find(isIt)?.id ?? '');
    expect(events.map(({ type }) => type)).not.toContain('call.survived');
    await quiet();
  });

  test('a disk that fails is read-only: calls go on, the alarm says so, and repaired it holds all that was on it', async ({
    skip,
  }) => {
    if (device === undefined) return skip('this machine lends no block device');
    const written = await settledEventsOf(bed);
    const registrations = join(bed.boxDir, 'engine/state/astdb.sqlite3');
    await until('the engine has the telephones on disk', () =>
      readFileSync(registrations).includes('phone-desk-3'),
    );
    writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, '1');
    const call = await talk(0);
    await alarm('disk-read-only', true, 25_000);
    expect(call.state).toBe('up');
    await help();
    await call.hangup();
    await quiet();
    await Promise.all(['desk-2', 'desk-3'].map((desk) => bed.phone(desk).register()));
    await (await talk(1)).hangup();
    await quiet();

    await Promise.all((['box', 'engine'] as const).map((name) => bed.end(name, 'SIGKILL')));
    // A copy, as other engines of this bed hold the failed one in mount namespaces of their own.
    const repaired = `${image}-repaired`;
    copyFileSync(image, repaired);
    // 1: there were errors, and there are none left (e2fsck(8)).
    expect(spawnSync('e2fsck', ['-f', '-y', repaired]).status).toBeLessThanOrEqual(1);
    run('mount', '-o', 'loop', repaired, bed.boxDir);
    mounted.push(bed.boxDir);
    bed.startEngine();
    bed.startBox();
    await bed.box().until('/api/ready', (answer) => (answer as { ready: boolean }).ready, 30_000);
    const events = await settledEventsOf(bed);
    expect(events.slice(0, written.length)).toEqual(written);
    expect(ledgerFaults(events)).toEqual([]);
    await alarm('disk-read-only', false, 25_000);
  });
});

/** A disk in a file, that can be made to fail. Undefined where the machine has no loop device to lend. */
function mountImage(image: string, path: string): string | undefined {
  writeFileSync(image, '');
  truncateSync(image, DATA_MB * MB);
  run('mkfs.ext4', '-q', '-m', '0', image);
  const { status } = spawnSync('mount', ['-o', 'loop,errors=remount-ro', image, path]);
  if (status !== 0) return undefined;
  const { stdout } = spawnSync('findmnt', ['-no', 'SOURCE', path], { encoding: 'utf8' });
  return basename(stdout.trim());
}

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** Takes all the room of a file system but so many bytes. */
function fill(path: string, leaving: number): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [MB, 4_096]) {
      const piece = Buffer.alloc(size, 1);
      for (;;) {
        const { bavail, bsize } = statfsSync(path);
        if (bavail * bsize <= leaving + (leaving > 0 ? size : 0)) break;
        if (writeSync(file, piece) < size) break;
      }
    }
  } catch {
    // No room left: that was the wish.
  } finally {
    closeSync(file);
  }
}

const untilFull = (path: string): Promise<void> =>
  until(`${path} is full`, () => statfsSync(path).bavail === 0);

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`waited 30 s in vain: ${what}`);
    await pause(50);
  }
}
