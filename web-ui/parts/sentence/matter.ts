/** One thing that somebody should know or do something about. */
import type { Say } from '../../words/say.ts';

/** 'note' is worth telling but needs nobody now. */
export type Tone = 'good' | 'note' | 'warn' | 'bad' | 'unknown';

/** Where the next step is taken. */
export type Place = 'lines' | 'queues' | 'calls' | 'setup';

export interface Matter {
  readonly tone: 'note' | 'warn' | 'bad';
  /** 0 to 100: what stands first. */
  readonly weight: number;
  readonly says: Say;
  readonly next: Say | null;
  readonly place: Place | null;
}
