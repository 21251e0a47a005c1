/** The service's clock as this browser sees it, and a beat each second for what shows an age. */

export interface PageClock {
  /** Milliseconds since 1970 by the service's clock; while the service is not heard, the moment it last was. */
  readonly now: () => number;
  readonly onSecond: (listener: () => void) => () => void;
}

/** `serviceTime` tells the service's time from the browser's, both in ms. */
export function pageClock(browserNow: () => number, serviceTime: (browserNow: number) => number): PageClock {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  const beat = (): void => listeners.forEach((listener) => listener());
  return {
    now: () => serviceTime(browserNow()),
    onSecond: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(beat, 1_000);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
