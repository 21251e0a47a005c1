/** Ledger events as bytes on the wire: as many as fit one frame. Pure. */
import type { LedgerEvent } from '@branchline/contracts/ledger';

/** Bounds of contracts/topics.ts. */
export const FRAME_EVENTS = 500;
export const FRAME_BYTES = 256 * 1024;

/** Of a frame, what is not events. */
const ENVELOPE_BYTES = 128;

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
    const text = reportedText(event, maxBytes);
    const size = Buffer.byteLength(text) + (texts.length > 0 ? 1 : 0);
    if (size > left) break;
    left -= size;
    texts.push(text);
    upto = event.seq;
  }
  if (texts.length === 0) return undefined;
  return { bytes: Buffer.from(head + texts.join(',') + tail), events: texts.length, upto };
}

/** The event as headquarters is told it: one too large for any frame would hold up all that follow, and goes without its body, which stays on the box. */
export function asReported(event: LedgerEvent): LedgerEvent {
  const text = JSON.stringify(event);
  return fits(text, FRAME_BYTES) ? event : husk(event, text);
}

function reportedText(event: LedgerEvent, maxBytes: number): string {
  const text = JSON.stringify(event);
  return fits(text, maxBytes) ? text : JSON.stringify(husk(event, text));
}

/** The same for an event in whatever frame it goes, so that what was reported is known afterwards. */
function fits(text: string, maxBytes: number): boolean {
  const most = maxBytes - ENVELOPE_BYTES;
  return text.length * 3 <= most || Buffer.byteLength(text) <= most;
}

function husk(event: LedgerEvent, text: string): LedgerEvent {
  return { seq: event.seq, at: event.at, type: event.type, body: { tooLargeBytes: Buffer.byteLength(text) } };
}
