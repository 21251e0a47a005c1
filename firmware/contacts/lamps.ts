/** What a lamp shows and when the buzzer sounds. Drawn in docs/contacts.md. Pure. */
import type { LampPattern, LampShows } from '@branchline/contracts/contacts';
import type { SupplyCondition } from '@branchline/contracts/power';

/** How the branch is, as far as lamps tell. */
export interface BranchFacts {
  /** `partly`: the engine answers, and a trunk is out. */
  readonly serving: 'fully' | 'partly' | 'no';
  /** The gravest that is open. `seen`: somebody looks after all of them. */
  readonly alarm: 'none' | 'seen' | 'open' | 'critical';
  /** Headquarters has told it to say which box it is. */
  readonly sought: boolean;
  /** `alone`: a box without headquarters. */
  readonly uplink: 'alone' | 'up' | 'down';
  /** Undefined where the branch has no UPS. */
  readonly power?: SupplyCondition;
}

export interface Lit extends BranchFacts {
  readonly identifying: boolean;
  readonly resetAsked: boolean;
}

export function lampPattern(shows: LampShows, lit: Lit): LampPattern {
  if (lit.resetAsked) return 'fast';
  if (lit.identifying || lit.sought) return 'double';
  switch (shows) {
    case 'serving':
      return ({ fully: 'on', partly: 'slow', no: 'fast' } as const)[lit.serving];
    case 'alarm':
      return ({ none: 'off', seen: 'on', open: 'slow', critical: 'fast' } as const)[lit.alarm];
    case 'uplink':
      return ({ alone: 'off', up: 'on', down: 'slow' } as const)[lit.uplink];
    case 'power':
      return lit.power === undefined ? 'on' : POWER[lit.power];
  }
}

const POWER = { mains: 'on', battery: 'slow', low: 'fast', unknown: 'off' } as const;

/**
 * A critical alarm sounds until somebody says that he looks after it. Who pressed the button stands before the box, who is sent by
 * headquarters has to find it: only then does it sound.
 */
export const buzzerPattern = ({ alarm, sought }: Lit): LampPattern =>
  sought ? 'double' : alarm === 'critical' ? 'beeps' : 'off';

/** How long each pattern is on, off, on … in ms, from its beginning on, again and again; of a steady one nothing. */
export const PHASES: Readonly<Record<LampPattern, readonly number[]>> = {
  off: [],
  on: [],
  slow: [500, 500],
  fast: [125, 125],
  double: [100, 150, 100, 650],
  beeps: [150, 150, 150, 150, 150, 9_250],
};
