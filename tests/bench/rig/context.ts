/** What every benchmark is given. */
export interface Bench {
  readonly engineRoot: string;
  readonly rounds: number;
  readonly say: (text: string) => void;
}

export type Arm = 'ours' | 'peer';

/** ABBA, and ABCCBA: a machine that grows slower or faster while it is measured does so to all. */
export const inTurn = <T>(arms: readonly T[], round: number): readonly T[] =>
  round % 2 === 0 ? arms : [...arms].reverse();
