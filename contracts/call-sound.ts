/** How a party of a call was heard, and heard the others: what the ledger keeps of it, and how it is judged. */
import * as z from 'zod';
import { party } from './party.ts';

const measured = z.object({
  packets: z.int().min(0),
  /** Of those that should have come, 0 to 100. */
  lostPercent: z.number().min(0).max(100).optional(),
  /** Interarrival jitter as RFC 3550 §6.4.1 has it. */
  jitterMs: z.number().min(0).optional(),
  /** 1 to 4.5, by the E-model (ITU-T G.107). */
  mos: z.number().min(1).max(4.5).optional(),
});

export const soundBodies = {
  /** The sound between the box and one party, when he has left; like a recording's end it may follow `call.ended`. Left out where the engine gave no figures. */
  'call.sound': z.object({
    leg: z.string().min(1).max(80),
    who: party,
    /** What came from him, as the box measured it. */
    from: measured,
    /** What he was sent; without quality where his side reports none by RTCP. */
    to: measured,
    roundTripMs: z.number().min(0).optional(),
    /** One-way sound: not one packet this way, while the other way went on. */
    silent: z.enum(['from', 'to']).optional(),
  }),
} as const;
export type CallSound = z.infer<(typeof soundBodies)['call.sound']>;

/** R of 80 and of 60 as MOS (ITU-T G.107, Table B.1): satisfied; many dissatisfied. */
const GOOD = 4.02;
const FAIR = 3.1;

export interface SoundVerdict {
  readonly grade: 'good' | 'fair' | 'poor';
  /** The worse of the two ways. */
  readonly mos: number;
  readonly lostPercent: number;
  readonly jitterMs: number;
}

/** Undefined where nothing was measured either way. Says nothing of `silent`, which is worse than any loss. */
export function soundVerdict({ from, to }: Pick<CallSound, 'from' | 'to'>): SoundVerdict | undefined {
  const [worst] = [from, to]
    .flatMap(({ mos, lostPercent = 0, jitterMs = 0 }) =>
      mos === undefined ? [] : [{ mos, lostPercent, jitterMs }],
    )
    .sort((a, b) => a.mos - b.mos);
  if (!worst) return undefined;
  return { grade: worst.mos >= GOOD ? 'good' : worst.mos >= FAIR ? 'fair' : 'poor', ...worst };
}
