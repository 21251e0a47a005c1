/** Which address and ports each stand-in has. The same for as long as it is here: telephones know them. Pure. */
export interface Slot {
  readonly address: string;
  readonly sipPort: number;
  readonly rtp: { readonly first: number; readonly last: number };
  readonly ariPort: number;
  readonly consolePort: number;
}

export interface Range {
  readonly addresses: readonly string[];
  readonly sipPort: number;
  readonly rtpFirst: number;
  readonly ariFirst: number;
  readonly consoleFirst: number;
}

/** A call needs four. */
export const RTP_EACH = 400;

/** The lowest that nobody has. */
export function freeSlot(taken: ReadonlySet<number>): number {
  let slot = 0;
  while (taken.has(slot)) slot += 1;
  return slot;
}

/** @throws Error where the range has no ports left */
export function slotAt(slot: number, range: Range): Slot {
  const { addresses } = range;
  const first = range.rtpFirst + slot * RTP_EACH;
  const sipPort = range.sipPort + Math.floor(slot / addresses.length);
  const [ariPort, consolePort] = [range.ariFirst + slot, range.consoleFirst + slot];
  const last = first + RTP_EACH - 1;
  if (Math.max(last, sipPort, ariPort, consolePort) > 65_535)
    throw new Error(
      `there are no ports left for stand-in ${slot + 1}: begin the ranges lower, or have another host for some branches`,
    );
  return {
    address: addresses[slot % addresses.length] ?? '',
    sipPort,
    rtp: { first, last },
    ariPort,
    consolePort,
  };
}
