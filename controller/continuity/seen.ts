/** What is seen of a branch, out of what its box said last. Pure. */
import type { HealthReport } from '@branchline/contracts/health';
import type { Probe, Seen } from './decide.ts';

/** What the box had when it was last well: it is well again when enough of it is there. */
export interface Had {
  readonly phones: number;
  readonly trunks: number;
}

export interface Sources {
  readonly online: boolean;
  /** Ms since 1970. */
  readonly since: number;
  readonly health: HealthReport | null;
  readonly had: Had;
  readonly probes: readonly Probe[];
  readonly order: Seen['order'];
  readonly answers: Seen['answers'];
  readonly standInThere: boolean;
  readonly dropped: Seen['dropped'];
}

export const hasNow = (health: HealthReport | null): Had => ({
  phones: health?.phones.filter(({ reachable }) => reachable).length ?? 0,
  trunks: health?.trunks.filter(({ state }) => state === 'up').length ?? 0,
});

export function seenOf({ online, since, health, had, ...told }: Sources): Seen {
  const has = hasNow(health);
  return {
    presence: { online, since },
    engineUp: health === null || health.engine.state === 'up',
    // People go home, and take a telephone with them: half of them is enough.
    registered: has.trunks >= Math.min(1, had.trunks) && has.phones >= Math.floor(had.phones / 2),
    powerAsks: health?.power?.asks.includes('take-numbers') ?? false,
    ...told,
  };
}
