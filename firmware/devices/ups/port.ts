/** What a UPS's driver tells, and what may be asked of it. */
import type { UpsReading } from '../../power/reading.ts';

export interface UpsListener {
  reading(reading: UpsReading): void;
  /** It was asked several times and gave nothing that can be used; in a few words, again with each try. */
  silent(because: string): void;
}

/** As the UPS counts them; all: whatever hangs on it. */
export type Outlet = number | 'all';

export interface UpsOutlets {
  /** @throws Error when it was not told, which names the UPS, the order and what it offers instead. */
  turn(outlet: Outlet, to: 'on' | 'off'): Promise<void>;
  /** Why it cannot be turned off and on; undefined when nothing speaks against it. @throws Error when it cannot be asked. */
  lacks(outlet: Outlet): Promise<string | undefined>;
}

export interface UpsWatch {
  /** Absent where what is spoken knows none. */
  readonly outlets?: UpsOutlets;
  start(): void;
  /** Ends it; nothing is told afterwards. */
  stop(): Promise<void>;
  /** Begins a short test of the battery. Never rejects: what came of it is seen in what it says. */
  test(): void;
  /** Cuts its outlets after `afterS` seconds, and gives power again once the mains are there. @throws Error when it was not told. */
  cut(afterS: number): Promise<void>;
  /** Takes a `cut` back that has not come yet. @throws Error when it was not told. */
  keepOn(): Promise<void>;
}
