/**
 * What libgpiod's tools do, as far as command lines of 2.2 are read and answered: gpiodetect, gpioinfo, gpioget, gpiomon, gpioset. What the
 * real ones have and these have not is refused in the same words as an option that does not exist.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { BadRequest, type GpioBank, type Hold } from './bank.ts';

/** Where a command's output goes; `onGone` is told when the program was killed. */
export interface Caller {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly exit: (code: number) => void;
  readonly onGone: (listener: () => void) => void;
}

const VERSION = 'v2.2.1';
type Options = NonNullable<ParseArgsConfig['options']>;

const COMMON: Options = {
  chip: { type: 'string', short: 'c' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  strict: { type: 'boolean', short: 's' },
  'by-name': { type: 'boolean' },
  unquoted: { type: 'boolean' },
};
const REQUEST: Options = {
  ...COMMON,
  bias: { type: 'string', short: 'b' },
  consumer: { type: 'string', short: 'C' },
  'active-low': { type: 'boolean', short: 'l' },
};
const OPTIONS: Readonly<Record<string, Options>> = {
  gpiodetect: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
  gpioinfo: COMMON,
  gpioget: { ...REQUEST, numeric: { type: 'boolean' }, 'as-is': { type: 'boolean', short: 'a' } },
  gpiomon: {
    ...REQUEST,
    banner: { type: 'boolean' },
    edges: { type: 'string', short: 'e' },
    format: { type: 'string', short: 'F' },
  },
  gpioset: { ...REQUEST, banner: { type: 'boolean' }, toggle: { type: 'string', short: 't' } },
};

interface Asked {
  readonly tool: string;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
}

export function run(bank: GpioBank, tool: string, args: readonly string[], caller: Caller): void {
  try {
    const asked = read(tool, args);
    if (asked.values.version === true) caller.out(`${tool} (libgpiod) ${VERSION}`);
    else if (DO[tool]?.(bank, asked, caller) === 'stays') return;
    caller.exit(0);
  } catch (error) {
    caller.err(`${tool}: ${(error as Error).message}`);
    caller.exit(1);
  }
}

function read(tool: string, args: readonly string[]): Asked {
  const options = OPTIONS[tool];
  if (!options) throw new BadRequest('no such tool in this lab');
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { tool, values: values as Asked['values'], words: positionals };
  } catch (cause) {
    const option = /'-+([\w-]+)/.exec((cause as Error).message)?.[1] ?? '?';
    throw new BadRequest(`invalid option -- '${option}'`, { cause });
  }
}

type Does = (bank: GpioBank, asked: Asked, caller: Caller) => 'stays' | undefined;

const DO: Readonly<Record<string, Does>> = {
  gpiodetect(bank, _, { out }) {
    if (!bank.missing) out(`${bank.chip} [${bank.label}] (${bank.lines.length} lines)`);
    return undefined;
  },
  gpioinfo(bank, { values, words }, { out }) {
    chip(bank, values);
    const only = words.map((word) => bank.at(word));
    if (only.length === 0) out(`${bank.chip} - ${bank.lines.length} lines:`);
    for (const { line, held } of bank.lines) {
      if (only.length > 0 && !only.includes(line.offset)) continue;
      const name = (line.name === undefined ? 'unnamed' : `"${line.name}"`).padEnd(16);
      const of = held ? ` consumer="${held.consumer}"` : '';
      const begin =
        only.length > 0 ? `${bank.chip} ${line.offset}` : `\tline ${String(line.offset).padStart(3)}:`;
      out(`${begin}\t${name}\t${held?.direction ?? 'input'}${of}`);
    }
    return undefined;
  },
  gpioget(bank, { values, words }, { out }) {
    chip(bank, values);
    const offsets = atLeastOne(words).map((word) => bank.at(word));
    const release = take(bank, offsets, values, 'gpioget', 'input', () => undefined);
    const low = values['active-low'] === true;
    const levels = offsets.map((offset) => bank.level(offset) !== low);
    release();
    out(
      levels
        .map((on, index) =>
          values.numeric === true ? `${on ? 1 : 0}` : `"${words[index]}"=${on ? '' : 'in'}active`,
        )
        .join(' '),
    );
    return undefined;
  },
  gpiomon(bank, { values, words }, caller) {
    chip(bank, values);
    const offsets = atLeastOne(words).map((word) => bank.at(word));
    const edges = values.edges ?? 'both';
    if (edges !== 'both' && edges !== 'rising' && edges !== 'falling')
      throw new BadRequest(`invalid edges: ${String(edges)}`);
    const low = values['active-low'] === true;
    const stay = staying(bank, offsets, values, 'gpiomon', 'input', caller);
    if (values.banner === true) caller.out(`Monitoring line '${words.join("', '")}'...`);
    const stop = bank.watch((offset, high) => {
      const rising = high !== low;
      if (!offsets.includes(offset) || (edges !== 'both' && (edges === 'rising') !== rising)) return;
      caller.out(
        formatted(typeof values.format === 'string' ? values.format : '%E %o', bank, offset, rising),
      );
    });
    stay(stop);
    return 'stays';
  },
  gpioset(bank, { values, words }, caller) {
    chip(bank, values);
    const wanted = atLeastOne(words).map((word) => setting(bank, word));
    const periods = typeof values.toggle === 'string' ? values.toggle.split(',').map(period) : [];
    const ends = periods.at(-1) === 0;
    const offsets = wanted.map(({ offset }) => offset);
    const stay = staying(bank, offsets, values, 'gpioset', 'output', caller);
    const low = values['active-low'] === true;
    const toggles = ends ? [] : periods;
    for (const { offset, on } of wanted) bank.drive(offset, on !== low, toggles);
    if (values.banner === true) caller.out(`Setting line '${words.join("', '")}'...`);
    const lasts = periods.reduce((sum, ms) => sum + ms, 0);
    if (ends && lasts === 0) return undefined;
    const timer = ends ? setTimeout(() => caller.exit(0), lasts) : undefined;
    stay(() => clearTimeout(timer));
    return 'stays';
  },
};

function chip(bank: GpioBank, { chip: named }: Asked['values']): void {
  const known = [bank.chip, `/dev/${bank.chip}`, bank.chip.replace('gpiochip', '')];
  if (bank.missing || (typeof named === 'string' && !known.includes(named)))
    throw new BadRequest(`cannot find GPIO chip character device '${String(named ?? bank.chip)}'`);
}

function take(
  bank: GpioBank,
  offsets: readonly number[],
  { consumer, bias }: Asked['values'],
  tool: string,
  direction: Hold['direction'],
  onEnd: () => void,
): () => void {
  const hold: Hold = {
    consumer: typeof consumer === 'string' ? consumer : tool,
    direction,
    ...(typeof bias === 'string' ? { bias } : {}),
  };
  try {
    return bank.request(offsets, hold, onEnd);
  } catch (cause) {
    throw new BadRequest(`unable to request lines on chip '${bank.chip}': ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Holds the lines until the program is gone, or the chip. What is returned takes what else ends with it. */
function staying(
  bank: GpioBank,
  offsets: readonly number[],
  values: Asked['values'],
  tool: string,
  direction: Hold['direction'],
  caller: Caller,
): (also: () => void) => void {
  let also = (): void => undefined;
  const onEnd = (): void => {
    caller.err(`${tool}: error waiting on request: No such device`);
    caller.exit(1);
  };
  const release = take(bank, offsets, values, tool, direction, onEnd);
  caller.onGone(() => {
    also();
    release();
  });
  return (stop) => {
    also = stop;
  };
}

function setting(bank: GpioBank, word: string): { offset: number; on: boolean } {
  const [id = '', value = ''] = word.split('=');
  if (!['0', '1', 'active', 'inactive', 'on', 'off'].includes(value))
    throw new BadRequest(`invalid line value: '${word}'`);
  return { offset: bank.at(id), on: ['1', 'active', 'on'].includes(value) };
}

function period(text: string): number {
  const found = /^(\d+)(us|ms|s|m)?$/.exec(text);
  if (!found) throw new BadRequest(`invalid period: ${text}`);
  return Number(found[1]) * { us: 0.001, ms: 1, s: 1_000, m: 60_000 }[(found[2] as 'ms' | undefined) ?? 'ms'];
}

const formatted = (format: string, bank: GpioBank, offset: number, rising: boolean): string =>
  format.replaceAll(/%[eEocl%]/g, (sign) => {
    switch (sign) {
      case '%e':
        return rising ? '1' : '2';
      case '%E':
        return rising ? 'rising' : 'falling';
      case '%o':
        return String(offset);
      case '%c':
        return bank.chip;
      case '%l':
        return bank.lines[offset]?.line.name ?? 'unnamed';
      default:
        return '%';
    }
  });

function atLeastOne(words: readonly string[]): readonly string[] {
  if (words.length === 0) throw new BadRequest('at least one GPIO line must be specified');
  return words;
}
