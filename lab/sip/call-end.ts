/** How a call came to its end. */
import { header, type SipMessage } from './message.ts';

export interface CallEnd {
  /** 'fault': no answer to a message that needs one, or the user agent closed. */
  readonly by: 'us' | 'them' | 'fault';
  /** The final status, for a call that was never up. */
  readonly status?: number;
  /** The Q.850 cause that the other end gave (Reason, RFC 3326), such as 16, 17 or 34. */
  readonly cause?: number;
  readonly text?: string;
}

export function endOf(message: SipMessage): CallEnd {
  const reason = header(message, 'Reason') ?? '';
  const cause = /^\s*Q\.850\b.*?;\s*cause\s*=\s*(\d+)/i.exec(reason)?.[1];
  const text = /;\s*text\s*=\s*"([^"]*)"/i.exec(reason)?.[1];
  return {
    by: 'them',
    ...(message.kind === 'response' ? { status: message.status } : {}),
    ...(cause === undefined ? {} : { cause: Number(cause) }),
    ...(text === undefined ? {} : { text }),
  };
}

/** The header that tells the other end why (Q.850 cause, 1 to 127). */
export const reasonHeader = (cause: number) => ['Reason', `Q.850;cause=${cause}`] as const;
