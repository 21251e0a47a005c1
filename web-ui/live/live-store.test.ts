import { expect, test } from 'vitest';
import { createLiveStore, serviceTime, type LiveStore } from './live-store.ts';

type State = { at: string; calls: Record<string, number> };

/** A service whose streams the test writes by hand, one for each connection. */
function service(answers: (() => Response)[]) {
  let signedOut = 0;
  const store: LiveStore<State> = createLiveStore<State>({
    fetch: () => Promise.resolve((answers.shift() ?? (() => new Response(null, { status: 401 })))()),
    url: '/api/live',
    readSnapshot: (json) => json as State,
    readChange: (json) => json as never,
    onSignedOut: () => (signedOut += 1),
    now: () => 1_000,
    schedule: (draw) => draw(),
    random: () => 0,
  });
  return { store, signedOut: () => signedOut };
}

function stream(...texts: string[]): () => Response {
  return () => new Response(texts.join(''), { headers: { 'content-type': 'text/event-stream' } });
}

const snapshot = (at: string, calls: Record<string, number>): string =>
  `event: snapshot\ndata: ${JSON.stringify({ at, calls })}\n\n`;
const change = (id: string, value: number | null): string =>
  `event: change\ndata: ${JSON.stringify({ at: '1970-01-01T00:00:09Z', in: 'calls', id, value })}\n\n`;

function until<S>(store: LiveStore<S>, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

test('a snapshot, then changes; a change that is not JSON is passed over', async () => {
  const { store } = service([
    stream(snapshot('1970-01-01T00:00:05Z', { a: 1 }), 'event: change\ndata: {{{\n\n', change('b', 2)),
  ]);
  const done = until(store, () => store.view().state?.calls.b === 2);
  store.start();
  await done;
  expect(store.view()).toMatchObject({ state: { calls: { a: 1, b: 2 } }, skewMs: 4_000, heardAt: 1_000 });
  store.stop();
});

test('when the stream ends what was heard stays, marked as lost, and a new snapshot takes its place', async () => {
  const { store } = service([
    stream(snapshot('1970-01-01T00:00:05Z', { a: 1 })),
    stream(snapshot('1970-01-01T00:00:06Z', { c: 3 })),
  ]);
  const lost = until(store, () => store.view().line === 'lost');
  store.start();
  await lost;
  expect(store.view().state?.calls).toEqual({ a: 1 });
  const back = until(store, () => store.view().state?.calls.c === 3);
  store.retry();
  await back;
  store.stop();
});

test('401 ends it: the person has to sign in again', async () => {
  let out: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (out = resolve));
  const store = createLiveStore<State>({
    fetch: () => Promise.resolve(new Response(null, { status: 401 })),
    url: '/api/live',
    readSnapshot: () => undefined,
    readChange: () => undefined,
    onSignedOut: out,
    now: () => 0,
    schedule: (draw) => draw(),
    random: () => 0,
  });
  store.start();
  await asked;
  expect(store.view().line).toBe('connecting');
});

test('the time of the service stands still while it is not heard', () => {
  const view = { state: null, heardAt: 5_000, skewMs: 100 };
  expect(serviceTime({ ...view, line: 'live' }, 9_000)).toBe(9_100);
  expect(serviceTime({ ...view, line: 'lost' }, 9_000)).toBe(5_100);
});
