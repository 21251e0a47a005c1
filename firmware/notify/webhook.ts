/** A message to a webhook, signed: the receiver can tell who sent it, that it is whole, and that it is of now. */
import { createHmac } from 'node:crypto';
import { coded, CodedError } from '@branchline/contracts/alarm-detail';

/** From the connection to the end of the answer, ms. */
const LONGEST_MS = 15_000;

export interface Hook {
  readonly url: string;
  readonly secret: string;
}

/** HMAC-SHA256 over the time in seconds since 1970, a dot, and the body; hex. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');

/** @throws Error that says in a few words what was wrong, without address or secret */
export async function sendWebhook(hook: Hook, message: string, body: string, now: number): Promise<void> {
  const timestamp = String(Math.floor(now / 1000));
  const signal = AbortSignal.timeout(LONGEST_MS);
  let answer: Response;
  try {
    answer = await fetch(hook.url, {
      method: 'POST',
      body,
      signal,
      // An address that sends elsewhere would take the message with it.
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'branchline',
        'branchline-message': message,
        'branchline-timestamp': timestamp,
        'branchline-signature': `v1=${signatureOf(hook.secret, timestamp, body)}`,
      },
    });
    // What it says is not read: its status is its word.
    await answer.body?.cancel();
  } catch (error) {
    const said = signal.aborted ? coded('no-answer-within', LONGEST_MS) : notReached(error);
    throw new CodedError(said, { cause: error });
  }
  if (!answer.ok) throw new CodedError(coded('says-status', answer.status));
}

function notReached(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause
    ? coded('hook-not-reached', String(cause.code))
    : coded('no-connection');
}
