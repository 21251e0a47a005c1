/** How far expected waits were off, measured from the ledger: what was told on entering a queue, beside the wait that came of it. */
import { knownEvent, type LedgerEvent } from './ledger.ts';

export interface ExpectedWaitErrors {
  /** Callers who were given an expected wait and were answered in that queue. */
  readonly told: number;
  /** Mean of wait less expected wait, ms: above 0, callers wait longer than told. */
  readonly meanMs: number;
  /** Mean of the size of the error, ms. */
  readonly meanSizeMs: number;
  /** Half, and nine in ten, of the errors are no larger, ms. */
  readonly halfWithinMs: number;
  readonly mostWithinMs: number;
}

export function expectedWaitErrors(events: Iterable<LedgerEvent>): ExpectedWaitErrors {
  const told = new Map<string, { queue: string; at: number; expectedMs: number }>();
  const errors: number[] = [];
  for (const raw of events) {
    const { call } = raw;
    if (call === undefined || (raw.type !== 'call.queued' && raw.type !== 'call.answered')) continue;
    const event = knownEvent(raw);
    if (event?.type === 'call.queued') {
      const { queue, expectedWaitMs } = event.body;
      if (expectedWaitMs === undefined) told.delete(call);
      else told.set(call, { queue, at: Date.parse(event.at), expectedMs: expectedWaitMs });
    } else if (event?.type === 'call.answered') {
      const was = told.get(call);
      told.delete(call);
      if (was && event.body.queue === was.queue) errors.push(Date.parse(event.at) - was.at - was.expectedMs);
    }
  }
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  const at = (part: number): number =>
    sizes[Math.min(sizes.length - 1, Math.floor(part * sizes.length))] ?? 0;
  return {
    told: errors.length,
    meanMs: mean(errors),
    meanSizeMs: mean(sizes),
    halfWithinMs: at(0.5),
    mostWithinMs: at(0.9),
  };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
