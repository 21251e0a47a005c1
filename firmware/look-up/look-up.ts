/** Asks another system about a caller, over HTTP, within a time that ends whatever that system does. */
import { taken, type LookUpAnswer } from '../flows/answer.ts';
import type { LookUpRequest } from '../flows/run.ts';

/** Bytes of an answer that are read; a customer's card is smaller by far. */
const LONGEST_ANSWER = 64 * 1024;

/** @throws Error whose message says in a few words what was wrong, without the address: a caller's number may stand in it. */
export async function lookUp(
  request: LookUpRequest,
  secretOf: (name: string) => string | undefined,
): Promise<LookUpAnswer> {
  const { method, url, body, secret, withinMs } = request;
  const token = secret === undefined ? undefined : secretOf(secret);
  if (secret !== undefined && token === undefined)
    throw new Error(`there is no secret '${secret}' on this box`);
  const signal = AbortSignal.timeout(withinMs);
  try {
    const answer = await fetch(url, {
      method,
      signal,
      // An address that sends elsewhere would take number and token with it.
      redirect: 'error',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Refusal(`answered with ${answer.status}`);
    return taken(request, parsed(await shortText(answer)));
  } catch (error) {
    throw new Error(reasonOf(error, signal, withinMs), { cause: error });
  }
}

class Refusal extends Error {}

function reasonOf(error: unknown, signal: AbortSignal, withinMs: number): string {
  if (signal.aborted) return `no answer within ${withinMs} ms`;
  if (error instanceof Refusal) return error.message;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
  return `not reached: ${code}`;
}

async function shortText(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> | null = answer.body;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > LONGEST_ANSWER) throw new Refusal(`the answer is longer than ${LONGEST_ANSWER} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('the answer is not JSON');
  }
}
