/** Ledger events as bytes on the wire: as many as fit one frame. Pure. */
import type { LedgerEvent } from '@branchline/contracts/ledger';

/** Bounds of contracts/topics.ts. */
export const FRAME_EVENTS = 500;
export const FRAME_BYTES = 256 * 1024;

export interface Frame {
  readonly bytes: Buffer;
  readonly events: number;
  /** The last number in the frame. */
  readonly upto: number;
}

/** The first events that fit; undefined when there are none. */
export function cutFrame(
  epoch: string,
  newest: number,
  events: readonly LedgerEvent[],
  maxBytes = FRAME_BYTES,
): Frame | undefined {
  const head = `{"v":1,"epoch":"${epoch}","newest":${newest},"events":[`;
  const tail = ']}';
  let left = maxBytes - head.length - tail.length;
  const texts: string[] = [];
  let upto = 0;
  for (const event of events.slice(0, FRAME_EVENTS)) {
    let text = JSON.stringify(event);
    if (Buffer.byteLength(text) > maxBytes - head.length - tail.length)
      text = JSON.stringify(husk(event, text));
    const size = Buffer.byteLength(text) + (texts.length > 0 ? 1 : 0);
    if (size > left) break;
    left -= size;
    texts.push(text);
    upto = event.seq;
  }
  if (texts.length === 0) return undefined;
  return { bytes: Buffer.from(head + texts.join(',') + tail), events: texts.length, upto };
}

/** One event too large for any frame would hold up all that follow: it goes without its body, which stays on the box. */
function husk(event: LedgerEvent, text: string): LedgerEvent {
  return { seq: event.seq, at: event.at, type: event.type, body: { tooLargeBytes: Buffer.byteLength(text) } };
}
