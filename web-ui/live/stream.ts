/**
 * One stream of server-sent events over fetch. EventSource would hide two things the pages must show: that the
 * session has ended (401), and that the line is dead though the socket is not (no heartbeat).
 */
import { sseParser, type ServerEvent } from './sse-parser.ts';

export type StreamEnd = 'ended' | 'silent' | 'signed-out' | 'refused' | 'aborted';

export interface StreamOptions {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the line counts as dead; the service sends a comment every 15 s. */
  readonly silenceMs: number;
  readonly onEvent: (event: ServerEvent) => void;
  /** Called for every piece that arrives, a heartbeat too. */
  readonly onLife: () => void;
}

/** Reads until the stream ends, and says why; never throws. */
export async function readStream(options: StreamOptions): Promise<StreamEnd> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), options.silenceMs);
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), options.silenceMs);
    options.onLife();
  };
  try {
    const answer = await options.fetch(options.url, {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.any([options.signal, silence.signal]),
      cache: 'no-store',
    });
    if (answer.status === 401) return 'signed-out';
    if (!answer.ok || !answer.body) return 'refused';
    const take = sseParser(options.onEvent);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'ended';
      alive();
      take(value);
    }
  } catch {
    if (options.signal.aborted) return 'aborted';
    return silence.signal.aborted ? 'silent' : 'ended';
  } finally {
    clearTimeout(timer);
  }
}
