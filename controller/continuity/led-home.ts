/**
 * A carrier that is told where numbers go brings no call to a box whose numbers are elsewhere, so nobody could see that it answers again. One
 * number is led to it for one call, and back; the others stay where they are answered.
 */
import type { CarrierWord } from '../carriers/carrier.ts';
import { PROBE_AGAIN_MS, provesFor, type ContinuityRules, type ContinuityState } from './decide.ts';

export interface OneNumber {
  readonly toBox: () => Promise<CarrierWord>;
  readonly toStandIn: () => Promise<CarrierWord>;
}

const TRIES = 3;

/** Not before the box has proved itself in all else: a real caller of that number reaches it meanwhile. */
export const mayBeLedHome = (rules: ContinuityRules, state: ContinuityState, now: number): boolean =>
  state.wellSince !== null && now - state.wellSince >= provesFor(rules, state) - PROBE_AGAIN_MS;

/** @throws Error where the carrier did not lead it there: that says nothing of the box */
export async function ledHome<T>({ toBox, toStandIn }: OneNumber, call: () => Promise<T>): Promise<T> {
  try {
    const word = await toBox();
    if (word !== 'confirmed') throw new Error(`the carrier did not lead a number to the box: ${word}`);
    return await call();
  } finally {
    await back(toStandIn);
  }
}

async function back(toStandIn: OneNumber['toStandIn']): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) if ((await toStandIn()) === 'confirmed') return;
}
