/** What every part of the box is made with. */
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { SteadyClock } from '@branchline/runtime/steady-clock';
import type { Documents } from './branch/documents.ts';
import type { LiveBoard } from './console/live-board.ts';
import type { Settings } from './settings.ts';

export interface Around {
  readonly settings: Settings;
  readonly log: Log;
  /** For whatever belongs to calls: it does not jump while one is in progress. */
  readonly clock: SteadyClock;
  /** The machine's own, for watching it and for the wire. */
  readonly wall: Clock;
  readonly documents: Documents;
  readonly board: LiveBoard;
  /** Something that the health report tells of has changed. */
  readonly changed: () => void;
}
