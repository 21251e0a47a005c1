/** What libgpiod's tools say, version 2. Pure. */

export interface Chip {
  readonly name: string;
  readonly label: string;
}

export interface Edge {
  readonly offset: number;
  readonly high: boolean;
}

/** 'gpiodetect (libgpiod) v2.2.1', by the first line of --version. */
export function versionOf(said: string): readonly [major: number, text: string] | undefined {
  const found = /\(libgpiod\) v((\d+)\.[\w.-]+)/.exec(said);
  return found ? [Number(found[2]), found[1] ?? ''] : undefined;
}

/** 'gpiochip0 [pinctrl-bcm2711] (58 lines)', a line each. */
export function chipsOf(said: string): Chip[] {
  return [...said.matchAll(/^(\S+) \[(.*)\] \(\d+ lines?\)$/gm)].map(([, name = '', label = '']) => ({
    name,
    label,
  }));
}

/** A line of gpioinfo: '\tline   5:\t"door"          \tinput consumer="gpiomon"'. */
export interface LineInfo {
  readonly offset: number;
  readonly name?: string;
  readonly consumer?: string;
}

export function lineInfos(said: string): LineInfo[] {
  return [...said.matchAll(/^\s+line\s+(\d+):\s+(unnamed|"([^"\n]*)"|\S+)(.*)$/gm)].map(
    ([, offset = '', word, quoted, rest = '']) => {
      const name = quoted ?? (word === 'unnamed' ? undefined : word);
      const consumer = /consumer="?([^"\s]+)"?/.exec(rest)?.[1];
      return {
        offset: Number(offset),
        ...(name === undefined ? {} : { name }),
        ...(consumer === undefined ? {} : { consumer }),
      };
    },
  );
}

/** Of gpioget --numeric: '0 1', in the order asked. */
export const levelsOf = (said: string): boolean[] =>
  said
    .trim()
    .split(/\s+/)
    .filter((word) => word === '0' || word === '1')
    .map((word) => word === '1');

/** What gpiomon is told to write of each edge, and how that is read. */
export const EDGE_FORMAT = '%e %o';
export function edgeOf(line: string): Edge | undefined {
  const found = /^([12]) (\d+)$/.exec(line.trim());
  return found ? { offset: Number(found[2]), high: found[1] === '1' } : undefined;
}
