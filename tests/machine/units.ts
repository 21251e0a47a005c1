/** What the tests ask of units, and of a call that is up meanwhile. */
import { BOX } from './install.ts';
import type { Machine } from './machine.ts';

const NODE = '/opt/branchline/node_modules/.bin/node';

/** Of the unit's main process; 0 when there is none. */
export const pidOf = async (machine: Machine, unit: string): Promise<number> =>
  Number(await machine.run(`systemctl show -p MainPID --value branchline-${unit}`));

export async function untilNew(machine: Machine, unit: string, old: number): Promise<number> {
  const pid = `pid=$(systemctl show -p MainPID --value branchline-${unit})`;
  return Number(await machine.until(`${pid}; [ $pid != 0 ] && [ $pid != ${old} ] && echo $pid`));
}

/** When units were active for the first time after the machine's start, in ms. */
export async function timesOf(machine: Machine, units: readonly string[]): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const unit of units) {
    const micros = await machine.run(
      `systemctl show -p ActiveEnterTimestampMonotonic --value branchline-${unit}`,
    );
    times[unit] = Number(micros) / 1000;
  }
  return times;
}

/** Two telephones inside the machine that talk. */
export class Talk {
  readonly #machine: Machine;

  private constructor(machine: Machine) {
    this.#machine = machine;
  }

  static async start(machine: Machine): Promise<Talk> {
    await machine.run(
      `mkdir -p /run/talk; touch /run/talk/go; rm -f /run/talk/is; systemd-run -q --unit=talk ${NODE} /opt/branchline/tests/machine/talk.ts /run/talk ${BOX}`,
    );
    const talk = new Talk(machine);
    await talk.goesOn();
    return talk;
  }

  /** Both hear each other, now. @throws when they do not within a minute */
  async goesOn(): Promise<void> {
    await this.#machine.run('rm -f /run/talk/is');
    await this.#machine.until(
      'systemctl is-active -q talk && grep ^up /run/talk/is || { cat /run/talk/is; journalctl -u talk -n 5 --no-pager; false; }',
      60,
    );
  }

  async hangUp(): Promise<string> {
    await this.#machine.run('rm /run/talk/go');
    return this.#machine.until('grep "^hung up" /run/talk/is');
  }
}
