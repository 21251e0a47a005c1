/** GPIO as files under /sys/class/gpio: a number is exported, then has a direction and a value. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';
import type { LineAt } from '@branchline/contracts/branch/contacts';
import { hasCode } from '@branchline/runtime/atomic-file';

export class SysfsFiles {
  readonly #folder: string;

  /** @param sys '/sys' */
  constructor(sys: string) {
    this.#folder = join(sys, 'class/gpio');
  }

  /** The kernel's number of a line: numbers of chips move with the kernel and the order in which chips are found. @throws Error in words */
  numberOf(at: LineAt): number {
    const chips = this.#chips();
    const [chip, other] = at.chip === '' ? chips : chips.filter(({ label }) => label === at.chip);
    const labels = chips.map(({ label }) => label).join(', ');
    if (!chip)
      throw new CodedError(
        labels === '' ? coded('no-chip-at-all', at.chip) : coded('no-sysfs-chip', at.chip, labels),
      );
    if (other) throw new CodedError(coded('which-chip', labels));
    if (typeof at.line !== 'number' || at.line >= chip.count)
      throw new CodedError(coded('no-such-line', at.line, chip.label, chip.count));
    return chip.base + at.line;
  }

  /** Exported, with its direction; an output at that level from its first moment on. @throws Error in words */
  open(number: number, as: 'in' | 'high' | 'low'): void {
    if (!existsSync(this.#of(number))) this.#write(join(this.#folder, 'export'), String(number));
    this.#write(join(this.#of(number), 'direction'), as);
  }

  read(number: number): boolean {
    return readFileSync(join(this.#of(number), 'value'), 'latin1').startsWith('1');
  }

  write(number: number, high: boolean): void {
    this.#write(join(this.#of(number), 'value'), high ? '1' : '0');
  }

  #of(number: number): string {
    return join(this.#folder, `gpio${number}`);
  }

  #write(path: string, text: string): void {
    try {
      writeFileSync(path, text);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'failed';
      const why = code === 'EBUSY' ? 'line-taken' : 'no-right';
      throw new CodedError(coded(why, path, code), { cause });
    }
  }

  #chips(): { label: string; base: number; count: number }[] {
    let names: string[];
    try {
      names = readdirSync(this.#folder).filter((name) => name.startsWith('gpiochip'));
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) throw new CodedError(coded('no-sysfs'), { cause });
      throw cause;
    }
    const read = (name: string, file: string): string =>
      readFileSync(join(this.#folder, name, file), 'utf8').trim();
    return names.sort().map((name) => ({
      label: read(name, 'label'),
      base: Number(read(name, 'base')),
      count: Number(read(name, 'ngpio')),
    }));
  }
}
