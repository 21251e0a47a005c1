/** What a gateway with these faults is like, in every way that it can be looked at. Pure: SIP, SNMP, console and page tell the same. */
import type { LabFault } from '@branchline/contracts/lab';

export type LineState = 'good' | 'los' | 'lof' | 'ais' | 'rai';

export interface Story {
  readonly power: boolean;
  readonly line: LineState;
  readonly dChannel: boolean;
  /** Of all its channels, those that carry no calls; the highest first. */
  readonly blockedChannels: number;
  readonly sip: SipStory;
}

export interface SipStory {
  readonly options: 'pass' | 'refuse' | 'drop';
  /** New calls of both sides. `dead`: refused, as nothing can leave by the line. */
  readonly invite: 'pass' | 'refuse' | 'dead' | 'drop';
  /** Everything, of calls in progress too. */
  readonly deaf: boolean;
  /** How long a new call of the box waits before the network hears of it, ms. */
  readonly lateMs: number;
  /** The box hears nothing of the far end. */
  readonly oneWay: boolean;
}

/** A carrier that takes this long is late, and still there. */
export const LATE_MS = 4_000;

const LINES: readonly LineState[] = ['los', 'lof', 'ais', 'rai'];

export function storyOf(faults: ReadonlySet<LabFault>, channels: number, lateMs = LATE_MS): Story {
  const power = !faults.has('power-off');
  const line = LINES.find((state) => state !== 'good' && faults.has(state)) ?? 'good';
  const dChannel = line === 'good' && !faults.has('d-channel');
  return {
    power,
    line,
    dChannel,
    blockedChannels: faults.has('half-blocked') ? Math.floor(channels / 2) : 0,
    sip: {
      options: faults.has('options-503') ? 'refuse' : 'pass',
      invite: inviteOf(faults, dChannel),
      deaf: !power || faults.has('silent'),
      lateMs: faults.has('late') ? lateMs : 0,
      oneWay: faults.has('one-way'),
    },
  };
}

function inviteOf(faults: ReadonlySet<LabFault>, dChannel: boolean): SipStory['invite'] {
  if (faults.has('refuse')) return 'refuse';
  if (faults.has('options-only')) return 'drop';
  return dChannel ? 'pass' : 'dead';
}

/** dsx1LineStatus (RFC 4805): a gateway that has lost the line tells the far end so (4, dsx1XmtFarEndLOF). */
export const DSX1: Readonly<Record<LineState, number>> = {
  good: 1,
  los: 64 + 4,
  lof: 32 + 4,
  ais: 8 + 4,
  rai: 2,
};
