/** A page's API as a script uses it: signs in with the password, asks, and follows what is live. */
import { setTimeout as pause } from 'node:timers/promises';
import { liveState, type LiveState } from '@branchline/contracts/live';
import type { CallSummary } from '@branchline/contracts/call-story';
import type { LedgerEvent } from '@branchline/contracts/ledger';

const ASK_AGAIN_MS = 50;

export class Door {
  readonly #origin: string;
  readonly #password: string;
  #cookie: string | undefined;

  constructor(origin: string, password: string) {
    this.#origin = origin;
    this.#password = password;
  }

  get origin(): string {
    return this.#origin;
  }

  async get<T = unknown>(path: string): Promise<T> {
    const answer = await fetch(this.#origin + path, { headers: { cookie: await this.#session() } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async bytes(path: string): Promise<Buffer> {
    const answer = await fetch(this.#origin + path, { headers: { cookie: await this.#session() } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  async post<T = unknown>(path: string, body: unknown): Promise<T> {
    const headers = {
      cookie: await this.#session(),
      'content-type': 'application/json',
      origin: this.#origin,
    };
    const answer = await fetch(this.#origin + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async delete<T = unknown>(path: string): Promise<T> {
    const headers = { cookie: await this.#session(), origin: this.#origin };
    const answer = await fetch(this.#origin + path, { method: 'DELETE', headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Asks a public path until the answer fits; bounded. */
  async until(path: string, fits: (answer: unknown) => boolean, withinMs: number): Promise<void> {
    await this.#again(path, withinMs, async () => {
      const answer = await fetch(this.#origin + path);
      const value: unknown = await answer.json();
      return fits(value) ? value : undefined;
    });
  }

  calls(): Promise<{ calls: CallSummary[] }> {
    return this.get('/api/calls?limit=500');
  }

  call(id: string): Promise<{ call: CallSummary; events: LedgerEvent[] }> {
    return this.get(`/api/calls/${encodeURIComponent(id)}`);
  }

  /** The sound of a call, once its recording is finished. */
  async recording(call: string, withinMs: number): Promise<Buffer> {
    await this.#again(`the recording of ${call}`, withinMs, async () => {
      const { events } = await this.call(call);
      return events.find(({ type }) => type === 'recording.ended');
    });
    return this.bytes(`/api/recordings/${encodeURIComponent(call)}/audio`);
  }

  /** An answer once it fits. */
  untilGet<T>(path: string, fits: (answer: T) => boolean, withinMs: number): Promise<T> {
    return this.#again(path, withinMs, async () => {
      const answer = await this.get<T>(path);
      return fits(answer) ? answer : undefined;
    });
  }

  /** The calls of the history once they fit. */
  untilCalls(fits: (calls: CallSummary[]) => boolean, withinMs: number): Promise<CallSummary[]> {
    return this.#again('the call history', withinMs, async () => {
      const { calls } = await this.calls();
      return fits(calls) ? calls : undefined;
    });
  }

  /** Follows the live events until the state fits. */
  async untilLive(fits: (live: LiveState) => boolean, withinMs: number): Promise<LiveState> {
    const signal = AbortSignal.timeout(withinMs);
    const answer = await fetch(`${this.#origin}/api/live`, {
      headers: { cookie: await this.#session() },
      signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`/api/live: ${answer.status}`);
    let live: LiveState | undefined;
    try {
      for await (const { event, data } of messages(answer.body)) {
        if (event === 'snapshot') live = liveState.parse(JSON.parse(data));
        else if (live && event === 'change') apply(live, JSON.parse(data) as Change);
        if (live && fits(live)) return live;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    throw new Error(`the live state did not fit within ${withinMs} ms; it is ${JSON.stringify(live)}`);
  }

  async #again<T>(what: string, withinMs: number, ask: () => Promise<T | undefined>): Promise<T> {
    const until = performance.now() + withinMs;
    let last: unknown;
    while (performance.now() < until) {
      try {
        const value = await ask();
        if (value !== undefined) return value;
      } catch (error) {
        last = error;
      }
      await pause(ASK_AGAIN_MS);
    }
    throw new Error(
      `${what} did not fit within ${withinMs} ms${last instanceof Error ? `: ${last.message}` : ''}`,
    );
  }

  async #session(): Promise<string> {
    if (this.#cookie !== undefined) return this.#cookie;
    const answer = await fetch(`${this.#origin}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#origin },
      body: JSON.stringify({ password: this.#password }),
    });
    if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
    this.#cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    return this.#cookie;
  }
}

interface Change {
  readonly in: Exclude<keyof LiveState, 'at' | 'site'>;
  readonly id: string;
  readonly value: unknown;
}

function apply(live: LiveState, { in: collection, id, value }: Change): void {
  const things: Record<string, unknown> = live[collection];
  if (value === null) delete things[id];
  else things[id] = value;
}

/** Server-sent events (HTML Living Standard, 9.2). */
async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string): string =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trim())
          .join('\n');
      if (field('data') !== '') yield { event: field('event') || 'message', data: field('data') };
    }
  }
}
