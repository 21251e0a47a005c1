/** What was said on the wire, as a ladder that a person can read after a failure. */
import type { Endpoint } from '../udp.ts';
import { cseqOf, header, serialiseMessage, type SipMessage } from './message.ts';

export interface LadderEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  readonly peer: Endpoint;
  readonly message: SipMessage;
}

export class Ladder {
  readonly #entries: LadderEntry[] = [];
  readonly #limit: number;

  constructor(limit = 2_000) {
    this.#limit = limit;
  }

  add(entry: LadderEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit) this.#entries.shift();
  }

  /** All, or those of one call. */
  entries(callId?: string): readonly LadderEntry[] {
    return this.#entries.filter(
      (entry) => callId === undefined || header(entry.message, 'Call-ID') === callId,
    );
  }

  /** One line a message: time, arrow, peer, what it is. */
  text(callId?: string): string {
    return this.entries(callId).map(ladderLine).join('\n');
  }

  /** Every message in full, answers to challenges blanked. */
  fullText(callId?: string): string {
    return this.entries(callId)
      .map((entry) => `${ladderLine(entry)}\n${withoutSecrets(serialiseMessage(entry.message))}`)
      .join('\n');
  }
}

function ladderLine({ at, direction, peer, message }: LadderEntry): string {
  const what =
    message.kind === 'request'
      ? `${message.method} ${message.uri}`
      : `${message.status} ${message.reason} (${cseqOf(message).method})`;
  const arrow = direction === 'sent' ? '->' : '<-';
  return `${new Date(at).toISOString().slice(11, 23)} ${arrow} ${peer.host}:${peer.port}  ${what}`;
}

const withoutSecrets = (text: string): string => text.replace(/\b(response|cnonce)="[^"]*"/g, '$1="..."');
