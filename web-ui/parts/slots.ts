/** Which cell of a line's strip a call sits in. A call keeps its cell while it lasts, so that nothing moves under the eye. */

export type Slots = readonly (string | null)[];

/** Calls beyond the number of channels are left out: the strip shows that it is full. */
export function seat(before: Slots, calls: readonly string[], channels: number): Slots {
  const here = new Set(calls);
  const slots: (string | null)[] = Array.from({ length: channels }, (_, i) => {
    const call = before[i] ?? null;
    return call !== null && here.delete(call) ? call : null;
  });
  for (const call of here) {
    const free = slots.indexOf(null);
    if (free < 0) break;
    slots[free] = call;
  }
  return slots;
}
