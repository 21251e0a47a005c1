/** The lab's tools against what libgpiod's 2.2.1 of Debian write, and refuse. */
import { expect, test } from 'vitest';
import { GpioBank } from './bank.ts';
import { run } from './commands.ts';

let time = 0;
const bankOf = (): GpioBank =>
  new GpioBank({ chip: 'gpiochip0', label: 'sim', lines: 8, names: { 5: 'door' }, now: () => time });

/** What it writes, after `!` what it says of its troubles, and how it has ended; a program that stays can be killed. */
function ran(bank: GpioBank, command: string): { said: string[]; kill: () => void } {
  const said: string[] = [];
  const gone: (() => void)[] = [];
  const [tool = '', ...args] = command.split(' ');
  run(bank, tool, args, {
    out: (line) => said.push(line),
    err: (line) => said.push(`! ${line}`),
    exit: (code) => said.push(`exit ${code}`),
    onGone: (listener) => gone.push(listener),
  });
  return { said, kill: () => gone.forEach((each) => each()) };
}

test.each([
  ['gpiodetect', ['gpiochip0 [sim] (8 lines)', 'exit 0']],
  ['gpiodetect --version', ['gpiodetect (libgpiod) v2.2.1', 'exit 0']],
  ['gpioinfo -c 0 door', ['gpiochip0 5\t"door"          \tinput', 'exit 0']],
  ['gpioget -c gpiochip0 --numeric 5 6', ['0 0', 'exit 0']],
  ['gpioget -c gpiochip0 -l door', ['"door"=active', 'exit 0']],
  ['gpioset -c gpiochip0 -t 0 5=1', ['exit 0']],
  ['gpioset -i -c gpiochip0 5=1', ["! gpioset: invalid option -- 'i'", 'exit 1']],
  ['gpioset -c gpiochip1 5=1', ["! gpioset: cannot find GPIO chip character device 'gpiochip1'", 'exit 1']],
  ['gpiomon -c gpiochip0 9', ["! gpiomon: offset 9 is out of range on chip 'gpiochip0'", 'exit 1']],
  ['gpiomon -c gpiochip0 window', ["! gpiomon: cannot find line 'window'", 'exit 1']],
  ['gpiomon --edges up -c 0 5', ['! gpiomon: invalid edges: up', 'exit 1']],
  ['gpioset -c 0 -t x 5=1', ['! gpioset: invalid period: x', 'exit 1']],
])('%s', (command, said) => {
  expect(ran(bankOf(), command).said).toEqual(said);
});

test('a line is held until the program is gone', () => {
  const bank = bankOf();
  const one = ran(bank, 'gpioset --banner -c gpiochip0 5=1');
  expect(one.said).toEqual(["Setting line '5=1'..."]);
  expect(bank.level(5)).toBe(true);
  expect(ran(bank, 'gpiomon -c gpiochip0 5').said[0]).toContain('Device or resource busy');
  expect(ran(bank, 'gpioinfo -c gpiochip0').said[6]).toBe(
    '\tline   5:\t"door"          \toutput consumer="gpioset"',
  );
  one.kill();
  expect(bank.level(5)).toBe(false);
});

test('edges, of those that were asked for', () => {
  const bank = bankOf();
  const all = ran(bank, 'gpiomon -c gpiochip0 --format %e/%E/%o/%c/%l/%% 5');
  bank.pull(5, true);
  bank.pull(5, true);
  bank.pull(5, false);
  all.kill();
  bank.pull(5, true);
  expect(all.said).toEqual(['1/rising/5/gpiochip0/door/%', '2/falling/5/gpiochip0/door/%']);
  const falling = ran(bank, 'gpiomon -c gpiochip0 --edges falling 5');
  bank.pull(5, false);
  bank.pull(5, true);
  expect(falling.said).toEqual(['falling 5']);
});

test('toggled as the periods say, again and again', () => {
  const bank = bankOf();
  time = 1_000;
  ran(bank, 'gpioset -c gpiochip0 -t 100ms,150ms 5=1');
  const at = [0, 99, 100, 249, 250, 349, 350].map((after) => {
    time = 1_000 + after;
    return bank.level(5) ? 1 : 0;
  });
  expect(at).toEqual([1, 1, 0, 0, 1, 1, 0]);
});

test('a chip that is pulled out ends whoever holds a line', () => {
  const bank = bankOf();
  const one = ran(bank, 'gpiomon -c gpiochip0 5');
  bank.setMissing(true);
  expect(one.said).toEqual(['! gpiomon: error waiting on request: No such device', 'exit 1']);
  expect(ran(bank, 'gpiodetect').said).toEqual(['exit 0']);
});
