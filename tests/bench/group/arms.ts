/** What is measured beside each other. */
export const ARMS = ['embedded', 'one', 'two'] as const;
export type Arm = (typeof ARMS)[number];

export const WHO: Readonly<Record<Arm, string>> = {
  embedded: 'all in one process',
  one: 'one controller',
  two: 'two controllers',
};
