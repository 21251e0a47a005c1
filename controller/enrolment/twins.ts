/**
 * Two boxes with one identity, as after a copied disk. Each start of a box's service draws a run of its own, and a service that
 * has ended never comes back: a run that returns after another one has come is a second box. Pure.
 */

/** Runs in the order in which they first came, the present one last. */
export type Runs = readonly string[];

/** Starts between two turns of a twin beyond which it is not noticed. */
const MOST_RUNS = 16;

export function runCame(runs: Runs, run: string): { readonly runs: Runs; readonly twins: boolean } {
  if (runs.at(-1) === run) return { runs, twins: false };
  const twins = runs.includes(run);
  return { runs: [...runs.filter((each) => each !== run), run].slice(-MOST_RUNS), twins };
}
