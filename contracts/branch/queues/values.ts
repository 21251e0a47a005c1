/** The small words of queues: when something overflows, how many points a minute, a share. Pure text to value. */
import { durationMs } from '../values.ts';
import type { OverflowWhen } from './model.ts';

/** 'waiting > 3m', 'length > 10', 'expected wait > 5m', 'nobody signed in', 'nobody there' or 'closed'. */
export function overflowWhen(text: string): OverflowWhen | undefined {
  const words = text.trim().replace(/\s+/g, ' ');
  if (words === 'closed') return { kind: 'closed' };
  if (words === 'nobody signed in') return { kind: 'nobody-signed-in' };
  if (words === 'nobody there') return { kind: 'nobody-there' };
  const [, what = '', bound = ''] = /^(waiting|length|expected wait) ?> ?(\S+)$/.exec(words) ?? [];
  if (what === 'length') return /^\d{1,5}$/.test(bound) ? { kind: 'length', over: Number(bound) } : undefined;
  const overMs = durationMs(bound);
  // At once would be nobody's wish, and a flow that leads back would make a ring of it.
  if (overMs === undefined || overMs < 1_000) return undefined;
  return { kind: what === 'waiting' ? 'waiting' : 'expected-wait', overMs };
}

/** Points a minute of '1/min', '0.5/min' or '30/h'. */
export function pointsPerMinute(text: string): number | undefined {
  const [, points = '', unit] = /^(\d+(?:\.\d+)?)\/(min|h)$/.exec(text.trim()) ?? [];
  if (points === '') return undefined;
  const each = Number(points) / (unit === 'h' ? 60 : 1);
  return each <= 100 ? each : undefined;
}

/** 80 of '80%'. */
export function percent(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text.trim());
  const value = Number(match?.[1]);
  return value >= 1 && value <= 100 ? value : undefined;
}
