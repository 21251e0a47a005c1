/** Which box goes in which wave. Pure. */
import type { WaveSpec } from '@branchline/contracts/fleet/rollouts';

export interface Candidate {
  readonly box: string;
  /** Of its hardware and of its gateways. */
  readonly models: readonly string[];
  readonly online: boolean;
}

/** The wave of each box, from 0; a box that no wave takes is not in it. The order within a share goes by `seed`, not by name. */
export function wavesOf(
  specs: readonly WaveSpec[],
  candidates: readonly Candidate[],
  seed: string,
): Map<string, number> {
  const waves = new Map<string, number>();
  const order = candidates.toSorted((one, other) => rank(seed, one.box) - rank(seed, other.box));
  for (const [wave, spec] of specs.entries()) {
    const free = order.filter(({ box }) => !waves.has(box));
    for (const { box } of takenBy(spec, free, order, waves)) waves.set(box, wave);
  }
  return waves;
}

function takenBy(
  spec: WaveSpec,
  free: readonly Candidate[],
  all: readonly Candidate[],
  waves: ReadonlyMap<string, number>,
): readonly Candidate[] {
  switch (spec.take) {
    case 'boxes':
      return free.filter(({ box }) => spec.boxes.includes(box));
    case 'one-per-model':
      return canaries(free, all, waves);
    case 'share':
      return free.slice(0, Math.max(0, Math.ceil((all.length * spec.percent) / 100) - waves.size));
    case 'count':
      return free.slice(0, spec.count);
    case 'rest':
      return free;
  }
}

/** As few as it takes, those that are there first, so that a wave does not wait for one that is away. */
function canaries(
  free: readonly Candidate[],
  all: readonly Candidate[],
  waves: ReadonlyMap<string, number>,
): readonly Candidate[] {
  const tried = new Set(all.filter(({ box }) => waves.has(box)).flatMap(({ models }) => models));
  const missing = new Set(free.flatMap(({ models }) => models).filter((model) => !tried.has(model)));
  const chosen: Candidate[] = [];
  while (missing.size > 0) {
    const next = free.reduce((best, each) => (worth(each, missing) > worth(best, missing) ? each : best));
    chosen.push(next);
    for (const model of next.models) missing.delete(model);
  }
  return chosen;
}

/** One that is there is worth more than one that is away, whatever either would show. */
function worth({ models, online }: Candidate, missing: ReadonlySet<string>): number {
  const shows = models.filter((model) => missing.has(model)).length;
  return shows === 0 ? 0 : shows + (online ? 1_000_000 : 0);
}

/** FNV-1a, 32 bit: the same boxes are not the first of every rollout. */
function rank(seed: string, box: string): number {
  let hash = 0x811c9dc5;
  for (const sign of `${seed}/${box}`) hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}
