/** The switchboard as the last run left it on disk. */
import type { Branch } from '@branchline/contracts/branch/model';
import { PIECES, storedAcd } from './acd/stored.ts';
import { emptyAcd, type AcdState } from './acd/state.ts';
import type { Call, SwitchboardState } from './calls/state.ts';
import { acdPlan, emptySwitchboard } from './calls/switchboard.ts';
import type { Ledger } from './store/ledger.ts';

/** Raised with every change of the form of calls in progress on disk; an older form is brought up to date here. */
export const STATE_VERSION = 1;

export function restoreSwitchboard(ledger: Ledger, branch: Branch, now: number): SwitchboardState {
  const version = ledger.about('stateVersion');
  if (version === undefined) return emptySwitchboard;
  if (version !== STATE_VERSION)
    throw new Error(
      `calls in progress were written in form ${JSON.stringify(version)}; this version knows ${STATE_VERSION}: install the version that wrote them`,
    );
  const calls = ledger.openCalls() as Record<string, Call>;
  const channels = Object.fromEntries(
    Object.values(calls).flatMap((call) => channelsOf(call).map((channel) => [channel, call.id])),
  );
  return { calls, channels, acd: restoreAcd(ledger, branch, now) };
}

function restoreAcd(ledger: Ledger, branch: Branch, now: number): AcdState {
  const stored = storedAcd(ledger.about('acd'), ledger.aboutUnder(PIECES), acdPlan(branch), now);
  if (stored?.rewrite) ledger.append({ events: [], openCalls: {}, about: stored.rewrite });
  return stored?.state ?? emptyAcd;
}

const channelsOf = (call: Call): string[] => [
  ...(call.anchor.gone ? [] : [call.anchor.channel]),
  ...Object.keys(call.legs),
];
