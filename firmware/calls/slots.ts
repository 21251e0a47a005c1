/** Slots that calls are parked in: which is free, and what the parked party hears. */
import { setStage } from './stage.ts';
import type { Call, Parking } from './state.ts';
import type { Step } from './step.ts';

export function parkedAt(step: Step, slot: string): string | undefined {
  return step.callIds().find((id) => {
    const call = step.peek(id);
    return call?.stage.at === 'parked' && call.stage.slot === slot && !call.ending;
  });
}

export const freeSlot = (step: Step): string | undefined =>
  step.branch.parking.slots.find((slot) => parkedAt(step, slot) === undefined);

export function lay(step: Step, call: Call, parking: Parking): void {
  delete call.returning;
  setStage(step, call, { at: 'parked', waitUntil: step.now + step.branch.parking.forMs, ...parking });
  step.effect({ do: 'music', channel: call.anchor.channel, on: true, music: 'default' });
}

export function leaveSlot(step: Step, call: Call): void {
  step.effect({ do: 'music', channel: call.anchor.channel, on: false, music: '' });
}

/** Who parked it does not answer: he does not lose the caller. False when it was not parked, or no slot is left. */
export function parkAgain(step: Step, call: Call): boolean {
  const { returning } = call;
  const slot = returning && (parkedAt(step, returning.slot) === undefined ? returning.slot : freeSlot(step));
  if (!returning || slot === undefined) return false;
  step.note(call.id, 'call.parked', { by: returning.by, slot });
  lay(step, call, { ...returning, slot });
  return true;
}
