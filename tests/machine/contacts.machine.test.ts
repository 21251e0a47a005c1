/** Contacts at the kernel's own GPIO, by character device and by sysfs: the relay's holder as its unit runs it, and the box's drivers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Emulator } from './emulator.ts';
import { imageOf } from './image.ts';
import { pidOf, untilNew } from './units.ts';

const SUITE = process.env.BRANCHLINE_MACHINE_SUITE;
/** Of the kernel's simulated chips: what is outside of each line. */
const line = (bank: string, offset: number): string =>
  `$(echo /sys/devices/platform/$(cat /sys/kernel/config/gpio-sim/${bank}/dev_name)/gpiochip*/sim_gpio${offset})`;
const LIFELINE = '/var/lib/branchline/lifeline';
const RELAY = line('cdev', 17);

describe.skipIf(SUITE === undefined)('contacts at a kernel', () => {
  let machine: Emulator;

  beforeAll(async () => {
    // In an emulator all of a box together is too slow to keep its own times.
    const mask = ['hq', 'box', 'engine'].map((unit) => `branchline-${unit}.service`);
    machine = await Emulator.start(imageOf(SUITE ?? ''), { mask });
    await machine.until('systemctl is-active branchline-lifeline machine-surroundings');
  });
  afterAll(async () => {
    await machine.stop();
  });

  const tell = (text: string): string => `echo '${text}' >${LIFELINE}/told`;
  const relay = (value: 0 | 1): Promise<string> => machine.until(`grep ${value} ${RELAY}/value`, 30);

  test('the lines are for the group gpio and nobody else', async () => {
    expect(await machine.run('stat -c "%G %a" /dev/gpiochip0')).toBe('gpio 660');
  });

  test('the relay is held as long as the holder is told so, and then let go', async () => {
    await machine.run(tell('8 cdev lab-cdev 17 1 0'));
    await relay(1);
    expect(await machine.until(`grep energised ${LIFELINE}/is`)).toBe('energised');
    await relay(0);
    expect(await machine.until(`grep released ${LIFELINE}/is`)).toBe('released');
  });

  test('a holder that is killed: the line is let go, and its successor drives it released', async () => {
    await machine.run(tell('60 cdev lab-cdev 17 1 0'));
    await relay(1);
    const holder = await pidOf(machine, 'lifeline');
    await machine.run('systemctl kill -s KILL branchline-lifeline');
    await untilNew(machine, 'lifeline', holder);
    await relay(0);
    await machine.until('gpioinfo -c lab-cdev 17 | grep -E "output.*consumer"');
  });

  test('a relay by sysfs', async () => {
    const base = `base=$(for c in /sys/class/gpio/gpiochip*; do grep -qx lab-sysfs $c/label && cat $c/base; done)`;
    await machine.run(`${base}; echo "8 sysfs $((base + 17)) 0 1 0" >${LIFELINE}/told`);
    await machine.until(`grep 1 ${line('sysfs', 17)}/value`, 30);
    await machine.until(`grep 0 ${line('sysfs', 17)}/value`, 30);
  });

  test.each([
    ['character-device', 'cdev'],
    ['sysfs', 'sysfs'],
  ])("the box's driver: %s", async (driver, bank) => {
    const folder = `/run/lines-${bank}`;
    const heard = (text: string): Promise<string> =>
      machine.until(`tail -n 1 ${folder}/heard | grep '${text}'`, 60);
    const pull = (to: string): Promise<string> => machine.run(`echo pull-${to} >${line(bank, 6)}/pull`);
    const lamp = `cat ${line(bank, 22)}/value`;
    await machine.run(
      `mkdir ${folder}; echo on >${folder}/show; touch ${folder}/heard; chown -R branchline ${folder}`,
    );
    await pull('up');
    const unit = `-p User=branchline -p SupplementaryGroups=gpio -p PrivateUsers=yes --unit=lines-${bank}`;
    await machine.run(
      `systemd-run -q ${unit} /opt/branchline/node_modules/.bin/node /opt/branchline/tests/machine/lines.ts ${folder} ${driver} lab-${bank}`,
    );
    await machine.until(`grep 'door high' ${folder}/heard`);
    await pull('down');
    await machine.until(`grep 'door low' ${folder}/heard`);
    await pull('up');
    await heard('door high');
    await machine.until(`${lamp} | grep 1`);
    await machine.run(`echo blink >${folder}/show`);
    const seen = await machine.run(
      `for i in $(seq 200); do ${lamp}; sleep 0.05; done | sort -u | tr -d '\\n'`,
    );
    expect(seen).toBe('01');
    await machine.run(`echo off >${folder}/show`);
    await machine.until(`${lamp} | grep 0`);
    expect(await machine.run(`grep lost ${folder}/heard || true`)).toBe('');
    await machine.run(`systemctl stop lines-${bank}`);
  });
});
