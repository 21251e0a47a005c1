/** The syntax of the engine's files. What is written has passed the plan's schema. */

export type Entry = readonly [key: string, value: string | number];

export const section = (name: string, entries: readonly Entry[]): string =>
  [`[${name}]`, ...entries.map(([key, value]) => `${key}=${value}`), ''].join('\n');

export interface Step {
  readonly pattern: string;
  readonly steps: readonly string[];
}

/** A context of the dial plan: extensions and what each does in order. */
export const context = (name: string, extensions: readonly Step[]): string =>
  [
    `[${name}]`,
    ...extensions.flatMap(({ pattern, steps }) =>
      steps.map((step, at) => (at === 0 ? `exten => ${pattern},1,${step}` : ` same => n,${step}`)),
    ),
    '',
  ].join('\n');
