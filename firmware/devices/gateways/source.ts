/** What every source of a gateway's watch is made with, and what it is. */
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Said } from './lines.ts';
import type { LineEvidence } from './port.ts';

export interface SourceDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 up to 1. */
  readonly random: () => number;
  /** A secret of this box by its name; undefined when there is none. */
  readonly secretOf: (name: string) => string | undefined;
  readonly tell: Tell;
}

export interface Tell {
  /** All that the source knows, as it stands now. */
  stands(source: LineEvidence['source'], said: readonly Said[]): void;
  /** One or some things more. */
  more(source: LineEvidence['source'], said: readonly Said[]): void;
  /** The source cannot be read: why, in a few words. */
  unclear(source: LineEvidence['source'], why: string): void;
}

/** One way in which a gateway is watched. */
export interface SourceWatch {
  start(): void;
  /** Asks now; resolves when it has answered or has not. Never rejects. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));
