/**
 * The box's own drivers at a chip of the kernel: `lines.ts FOLDER character-device|sysfs LABEL`. Watches line 6 and writes to FOLDER/heard what
 * it hears; drives line 22 as FOLDER/show says: `on`, `off`, or `blink`.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cdevGpio } from '@branchline/firmware/devices/gpio/cdev/gpio';
import { Tools } from '@branchline/firmware/devices/gpio/cdev/tools';
import { SysfsFiles } from '@branchline/firmware/devices/gpio/sysfs/files';
import { sysfsGpio } from '@branchline/firmware/devices/gpio/sysfs/gpio';
import { systemClock } from '@branchline/runtime/clock';

const [folder = '', driver = '', chip = ''] = process.argv.slice(2);
const isCdev = driver === 'character-device';
const clock = systemClock;
const gpio = isCdev
  ? cdevGpio({ clock, random: Math.random, tools: new Tools(undefined) })
  : sysfsGpio({ clock, files: new SysfsFiles('/sys') });
const at = (line: number) => ({
  driver: isCdev ? ('character-device' as const) : ('sysfs' as const),
  chip,
  line,
});
const say = (text: string): void => appendFileSync(join(folder, 'heard'), `${text}\n`);

gpio.inputs([{ name: 'door', at: at(6), ...(isCdev ? { bias: 'pull-up' as const } : {}) }], {
  level: (line, high) => say(`${line} ${high ? 'high' : 'low'}`),
  lost: (line, because) => say(`${line} lost: ${because}`),
  found: (line) => say(`${line} found`),
});
const lamp = gpio.output(
  { name: 'lamp', at: at(22), on: true },
  { lost: (line, because) => say(`${line} lost: ${because}`), found: (line) => say(`${line} found`) },
);
let shown = '';
const timer = setInterval(() => {
  const show = readFileSync(join(folder, 'show'), 'utf8').trim();
  if (show === shown) return;
  shown = show;
  lamp.show({ on: show !== 'off', phases: show === 'blink' ? [250, 250] : [] });
}, 50);
process.once('SIGTERM', () => {
  clearInterval(timer);
  void lamp.stop().then(() => process.exit(0));
});
