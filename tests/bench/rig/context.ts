/** What every benchmark is given. */
import { loadavg } from 'node:os';

export interface Bench {
  readonly engineRoot: string;
  readonly rounds: number;
  readonly say: (text: string) => void;
}

export type Arm = 'ours' | 'peer';

/** ABBA: a machine that grows slower or faster while it is measured does so to both. */
export const armsOf = (round: number): readonly [Arm, Arm] =>
  round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];

/** How busy the machine was otherwise; a bench beside other work says so in its notes. */
export const loadNow = (): string => `load average ${(loadavg()[0] ?? 0).toFixed(1)} at its end`;
