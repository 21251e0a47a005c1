/** What the traffic came to. */
import type { Call } from '../sip/call.ts';

export type Fate = 'talked' | 'answered' | 'gave-up' | 'refused' | 'failed';
export type Kind = 'incoming' | 'outgoing' | 'internal';

export interface CallReport {
  readonly kind: Kind;
  readonly from: string;
  readonly to: string;
  readonly fate: Fate;
  readonly status?: number;
  readonly cause?: number;
  /** From the INVITE to the first word of a person, in ms. */
  readonly waitedMs?: number;
  readonly lost: number;
  readonly maxGapMs: number;
}

export interface Tally {
  note(report: CallReport): void;
  /** Counts by kind and fate, such as 'incoming.talked', since the start. */
  counts(): Readonly<Record<string, number>>;
}

export function createTally(onReport: (report: CallReport) => void): Tally {
  const counts: Record<string, number> = {};
  return {
    note: (report) => {
      const key = `${report.kind}.${report.fate}`;
      counts[key] = (counts[key] ?? 0) + 1;
      onReport(report);
    },
    counts: () => ({ ...counts }),
  };
}

/** What a call's end and its stream say. */
export function reportOf(call: Call): Pick<CallReport, 'status' | 'cause' | 'lost' | 'maxGapMs'> {
  const { status, cause } = call.ending ?? {};
  const { lost, maxGapMs } = call.rtp.stats();
  return {
    ...(status === undefined ? {} : { status }),
    ...(cause === undefined ? {} : { cause }),
    lost,
    maxGapMs: Math.round(maxGapMs),
  };
}
