/** The lifeline relay: the program that holds it, told by our side, and what becomes of the relay when either dies or hangs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LifelineRelay } from '@branchline/contracts/branch/contacts';
import { Tools } from '@branchline/firmware/devices/gpio/cdev/tools';
import { LifelineHolder } from '@branchline/firmware/devices/gpio/lifeline/holder';
import { SysfsFiles } from '@branchline/firmware/devices/gpio/sysfs/files';
import { LabGpio } from '@branchline/lab/gpio/gpio';
import { systemClock } from '@branchline/runtime/clock';

const PROGRAM = fileURLToPath(new URL('../../systemd/lifeline.sh', import.meta.url));
const HUNG = { timeout: 15_000, interval: 20 };
const RELAY: LifelineRelay = {
  name: 'lifeline',
  at: { driver: 'character-device', chip: 'gpiochip0', line: 17 },
  activeLow: false,
  releaseAfterMs: 1_000,
};

let folder = '';
let lab: LabGpio;
const started: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'branchline-lifeline-'));
  const contacts = [{ name: 'lifeline', line: 17, role: 'lifeline-relay', activeLow: false }];
  lab = new LabGpio({ tools: join(folder, 'tools'), contacts });
  await lab.listen();
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await lab.close();
  await rm(folder, { recursive: true });
});

/** A holder as systemd starts it, which outlives whoever tells it. */
function holding(...more: string[]): ChildProcess {
  const child = spawn(PROGRAM, [home(), '--tools', join(folder, 'tools'), '--sys', folder, ...more], {
    stdio: 'ignore',
  });
  started.push(child);
  return child;
}
const home = (): string => join(folder, 'held');
const telling = (relay = RELAY): { tell: (energised: boolean) => Promise<void>; holder: LifelineHolder } => {
  const holder = new LifelineHolder({
    folder: home(),
    program: '/nonexistent',
    args: [],
    clock: systemClock,
    tools: new Tools(join(folder, 'tools')),
    files: new SysfsFiles(folder),
  });
  return { holder, tell: (energised) => holder.tell(relay, energised) };
};
const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve));

async function energised(relay = RELAY): Promise<LifelineHolder> {
  const { holder, tell } = telling(relay);
  await vi.waitFor(async () => {
    await tell(true);
    expect(holder.held()).toEqual({ is: 'energised' });
  }, HUNG);
  return holder;
}

test('held while it is told, let go when nothing is said any more, taken again', async () => {
  holding('--stay');
  const holder = await energised();
  expect(lab.isActive('lifeline')).toBe(true);
  await vi.waitFor(() => expect(holder.held()).toEqual({ is: 'released' }), HUNG);
  expect(lab.isActive('lifeline')).toBe(false);
  // It is driven low, not only left.
  expect(lab.bank.lines[17]?.held?.direction).toBe('output');
  await energised();
  expect(lab.isActive('lifeline')).toBe(true);
});

test('another service goes on with the holder that is there: the relay does not fall between them', async () => {
  const first = holding('--stay');
  await energised();
  const since = lab.bank.driveOf(17)?.since;
  await ended(holding('--stay'));
  await energised();
  expect([lab.bank.driveOf(17)?.since, first.exitCode]).toEqual([since, null]);
});

test('a holder that is killed lets go, and the next one begins with the relay released', async () => {
  const first = holding('--stay');
  await energised();
  first.kill('SIGKILL');
  await vi.waitFor(() => expect(lab.bank.lines[17]?.held).toBeUndefined(), HUNG);
  expect(lab.isActive('lifeline')).toBe(false);
  holding('--stay');
  await vi.waitFor(() => expect(lab.bank.driveOf(17)).toMatchObject({ high: false }), HUNG);
  await vi.waitFor(() => expect(telling().holder.held()).toEqual({ is: 'released' }), HUNG);
});

test('a teller that is stopped lets go of the relay as one that is killed does', async () => {
  holding('--stay');
  await energised();
  const line = '1 cdev gpiochip0 17 1 0';
  const teller = spawn('bash', ['-c', `while :; do echo '${line}' > ${home()}/told; sleep 0.2; done`], {
    stdio: 'ignore',
  });
  started.push(teller);
  await vi.waitFor(() => expect(lab.isActive('lifeline')).toBe(true), HUNG);
  teller.kill('SIGSTOP');
  await vi.waitFor(() => expect(lab.isActive('lifeline')).toBe(false), HUNG);
});

test('a relay that is on at low: told so, and let go to high', async () => {
  holding();
  const holder = await energised({ ...RELAY, activeLow: true });
  expect(lab.bank.level(17)).toBe(false);
  await telling({ ...RELAY, activeLow: true }).tell(false);
  await vi.waitFor(() => expect(holder.held()).toEqual({ is: 'released' }), HUNG);
  expect(lab.bank.level(17)).toBe(true);
});

test('a line that is held by another is lost with its reason, and taken when it is free', async () => {
  const release = lab.bank.request([17], { consumer: 'other', direction: 'output' }, () => undefined);
  holding('--stay');
  const { holder, tell } = telling();
  await vi.waitFor(async () => {
    await tell(true);
    expect(holder.held()).toEqual({
      is: 'lost',
      because: "unable to request lines on chip 'gpiochip0': Device or resource busy",
    });
  }, HUNG);
  release();
  await energised();
});

test('through sysfs, with the number that the chip has on this kernel', async () => {
  const gpio = join(folder, 'class/gpio');
  for (const [path, text] of [
    ['gpiochip512/label', 'soc'],
    ['gpiochip512/base', '512'],
    ['gpiochip512/ngpio', '58'],
    ['gpio529/direction', 'in'],
  ] as const) {
    await mkdir(join(gpio, path, '..'), { recursive: true });
    await writeFile(join(gpio, path), `${text}\n`);
  }
  holding('--stay');
  await energised({ ...RELAY, at: { driver: 'sysfs', chip: 'soc', line: 17 } });
  const direction = async (): Promise<string> =>
    (await readFile(join(gpio, 'gpio529/direction'), 'utf8')).trim();
  expect(await direction()).toBe('high');
  await vi.waitFor(async () => expect(await direction()).toBe('low'), HUNG);
});

test('what is no order is not followed', async () => {
  holding('--stay');
  const holder = await energised();
  for (const line of ['1 cdev ../../etc 17 0 0', '1 cdev gpiochip0 17 2 0', 'x', '1 cdev $(id) 17 1 0', ''])
    await writeFile(join(home(), 'told'), `${line}\n`);
  await telling().tell(true);
  expect(holder.held()).toEqual({ is: 'energised' });
  expect(await readFile(join(home(), 'last'), 'utf8')).toBe('cdev gpiochip0 17 1 0\n');
});
