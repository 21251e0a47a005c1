/** The live state of one door: a snapshot, the changes laid over it, and how the line to the service stands. */
import { applyChange, type Change } from './apply.ts';
import { readStream, type StreamEnd } from './stream.ts';

export interface LiveView<S> {
  /**
   * 'connecting' before the first snapshot, 'lost' while what is shown may be old, 'not-understood' when the service
   * speaks a form that this page does not know: it must be loaded anew.
   */
  readonly line: 'connecting' | 'live' | 'lost' | 'not-understood';
  readonly state: S | null;
  /** Milliseconds of this browser's clock when the service was last heard; 0 before. */
  readonly heardAt: number;
  /** What to add to this browser's clock to get the service's, in ms: ages must not depend on a laptop's clock. */
  readonly skewMs: number;
}

/** The service's time in ms since 1970. It stands still while the service is not heard: nobody knows what has happened since. */
export function serviceTime(view: LiveView<unknown>, browserNow: number): number {
  return (view.line === 'lost' ? view.heardAt : browserNow) + view.skewMs;
}

export interface LiveStore<S> {
  readonly view: () => LiveView<S>;
  readonly subscribe: (listener: () => void) => () => void;
  readonly start: () => void;
  readonly stop: () => void;
  /** Tries at once instead of waiting for the next attempt. */
  readonly retry: () => void;
}

export interface LiveDeps<S> {
  readonly fetch: typeof fetch;
  readonly url: string;
  /** The state of a snapshot, or undefined when it is not one. */
  readonly readSnapshot: (json: unknown) => S | undefined;
  /** The change, or undefined when this version does not know what it speaks of. */
  readonly readChange: (json: unknown) => Change | undefined;
  readonly onSignedOut: () => void;
  readonly now: () => number;
  /** Gathers several changes into one drawing. */
  readonly schedule: (draw: () => void) => void;
  readonly random: () => number;
}

const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export function createLiveStore<S extends { readonly at: string }>(deps: LiveDeps<S>): LiveStore<S> {
  let view: LiveView<S> = { line: 'connecting', state: null, heardAt: 0, skewMs: 0 };
  let run: AbortController | undefined;
  let wake: (() => void) | undefined;
  let drawing = false;
  const listeners = new Set<() => void>();

  const show = (next: Partial<LiveView<S>>): void => {
    view = { ...view, ...next };
    if (drawing) return;
    drawing = true;
    deps.schedule(() => {
      drawing = false;
      for (const listener of [...listeners]) listener();
    });
  };

  const onEvent = (type: string, json: unknown): void => {
    if (type === 'snapshot') {
      const state = deps.readSnapshot(json);
      if (state) show({ state, line: 'live', skewMs: Date.parse(state.at) - deps.now() });
      else show({ line: 'not-understood' });
    } else if (type === 'change' && view.state) {
      const change = deps.readChange(json);
      if (change) show({ state: applyChange(view.state, change) });
    }
  };

  const pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      wake = end;
      signal.addEventListener('abort', end, { once: true });
    });

  const keepReading = async (signal: AbortSignal): Promise<void> => {
    let waitMs = FIRST_WAIT_MS;
    const over = (): boolean => signal.aborted;
    while (!over()) {
      const end: StreamEnd = await readStream({
        fetch: deps.fetch,
        url: deps.url,
        signal,
        silenceMs: SILENCE_MS,
        onEvent: ({ type, data }) => onEvent(type, parse(data)),
        onLife: () => {
          waitMs = FIRST_WAIT_MS;
          show({ heardAt: deps.now() });
        },
      });
      if (over()) return;
      if (end === 'signed-out') return void deps.onSignedOut();
      if (view.line !== 'not-understood') show({ line: view.state ? 'lost' : 'connecting' });
      await pause(waitMs * (0.5 + deps.random() / 2), signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  };

  return {
    view: () => view,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: () => {
      if (run) return;
      run = new AbortController();
      void keepReading(run.signal);
    },
    stop: () => {
      run?.abort();
      run = undefined;
    },
    retry: () => wake?.(),
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
