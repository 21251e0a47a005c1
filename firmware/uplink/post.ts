/** One question in JSON over HTTP or HTTPS, answered within a bounded time by a bounded text. */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const WITHIN_MS = 15_000;
const LARGEST_BYTES = 1024 * 1024;

/**
 * The certificate of the other end is not looked at: headquarters' page has one of its own making, and nothing that is asked
 * or answered here rests on the line. What counts is sealed (docs/decisions/enrolment.md).
 * @throws Error that says what failed
 */
export async function postJson(url: URL, body: object): Promise<Answer> {
  const { request } =
    url.protocol === 'https:' ? await import('node:https') : process.getBuiltinModule('node:http');
  const text = JSON.stringify(body);
  const options: RequestOptions & { rejectUnauthorized: boolean } = {
    method: 'POST',
    agent: false,
    rejectUnauthorized: false,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
    signal: AbortSignal.timeout(WITHIN_MS),
  };
  return new Promise((resolve, reject) => {
    const asking: ClientRequest = request(url, options, (answer) => {
      read(answer).then(resolve, reject);
    });
    asking.on('error', reject);
    asking.end(text);
  });
}

async function read(answer: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LARGEST_BYTES) throw new Error(`the answer is larger than ${LARGEST_BYTES} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return { status: answer.statusCode ?? 0, body: JSON.parse(text) };
  } catch (error) {
    throw new Error(`the answer is not JSON (status ${answer.statusCode ?? 0})`, { cause: error });
  }
}
