/** The people at the phones: they pick up after a while, talk for a while, and mostly hang up first. */
import type { DeskPhone } from '../phones/desk-phone.ts';
import type { Call } from '../sip/call.ts';
import type { After } from '../timers.ts';
import { betweenMs, exponentialMs, type Random } from './chance.ts';

export interface Manners {
  readonly answerAfterMs: { readonly least: number; readonly most: number };
  readonly talkMs: { readonly mean: number; readonly least: number };
  /** How often it is this end that says goodbye, 0 to 1; the other end is outwaited otherwise. */
  readonly endsCalls: number;
}

/** Returns the function that ends this: calls that are up are left alone. */
export function staff(phone: DeskPhone, manners: Manners, random: Random, after: After): () => void {
  phone.onIncoming({ kind: 'answer', afterMs: () => betweenMs(manners.answerAfterMs, random) });
  const off = phone.onCall((call) => {
    call.on('answered', () => {
      const stop = after(talkOf(manners, random), () => void hangUp(call));
      call.on('ended', stop);
    });
  });
  return () => {
    off();
    phone.onIncoming({ kind: 'ring' });
  };
}

function talkOf({ talkMs, endsCalls }: Manners, random: Random): number {
  const talk = talkMs.least + exponentialMs(talkMs.mean - talkMs.least, random);
  return random() < endsCalls ? talk : talk + 4 * talkMs.mean;
}

async function hangUp(call: Call): Promise<void> {
  if (call.state === 'up') await call.hangup().catch(() => undefined);
}
