/** The last probes of one way, and the figures they give. Pure. */

export interface Sample {
  /** Monotonic, ms. */
  readonly at: number;
  /** There and back, ms; null when no answer came in time. */
  readonly ms: number | null;
}

export interface Figures {
  readonly latencyMs: number | null;
  readonly jitterMs: number | null;
  readonly lossPercent: number | null;
  readonly samples: number;
}

const MOST = 20;
/** What was longer ago says nothing of now, ms. */
const OLDEST_MS = 1_800_000;

export function withSample(window: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...window.filter(({ at }) => sample.at - at < OLDEST_MS), sample].slice(-MOST);
}

export function figuresOf(window: readonly Sample[]): Figures {
  const answered = window.flatMap(({ ms }) => (ms === null ? [] : [ms]));
  const steps = answered.slice(1).map((ms, index) => Math.abs(ms - (answered[index] ?? ms)));
  const lost = window.length - answered.length;
  return {
    latencyMs: answered.length > 0 ? tenths(middle(answered)) : null,
    jitterMs: steps.length > 0 ? tenths(steps.reduce((sum, step) => sum + step, 0) / steps.length) : null,
    lossPercent: window.length > 0 ? tenths((100 * lost) / window.length) : null,
    samples: window.length,
  };
}

/** One late answer does not move it, as it would an average. */
function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
