/** Lines of character devices, by libgpiod's tools. */
import type { Gpio, GpioListener, InputLine, Inputs, OutputLine } from '../port.ts';
import { CdevInputs, type CdevDeps } from './inputs.ts';
import { CdevOutput } from './output.ts';

export function cdevGpio(deps: CdevDeps): Gpio {
  return {
    inputs: (lines, listener) => {
      const groups = groupsOf(lines).map((group) => new CdevInputs(group, listener, deps));
      return together(groups);
    },
    output: (line: OutputLine, listener: Pick<GpioListener, 'lost' | 'found'>) =>
      new CdevOutput(line, listener, deps),
  };
}

/** One gpiomon has one chip and one bias. */
function groupsOf(lines: readonly InputLine[]): InputLine[][] {
  const groups = Map.groupBy(lines, ({ at, bias = '' }) => `${at.chip} ${bias}`);
  return [...groups.values()];
}

export const together = (all: readonly Inputs[]): Inputs => ({
  stop: async () => {
    await Promise.all(all.map((one) => one.stop()));
  },
});
