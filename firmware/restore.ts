/** The switchboard as the last run left it on disk. */
import type { Branch } from '@branchline/contracts/branch/model';
import { PIECES, storedAcd } from './acd/stored.ts';
import { emptyAcd } from './acd/state.ts';
import { BRAKE_PIECES, storedBrake } from './calls/brake-store.ts';
import { CALLBACK_PIECES, storedCallbacks } from './calls/callback-store.ts';
import { PLACE_PIECES, storedPlaces } from './calls/places.ts';
import type { Call, SwitchboardState } from './calls/state.ts';
import { acdPlan } from './calls/switchboard.ts';
import { watchChannels } from './calls/watch.ts';
import { newContext } from './flows/context.ts';
import type { Ledger, LedgerBatch } from './store/ledger.ts';

/** Raised with every change of the form of calls in progress on disk; an older form is brought up to date here. The ACD's has a number of its own. */
export const STATE_VERSION = 2;

type Kept = Pick<Ledger, 'about' | 'aboutUnder' | 'openCalls'>;
type Journal = { write(batch: LedgerBatch): void };

/**
 * What was found in an older form is written anew together with the number of its form, so that a kill leaves no mixture.
 * @throws when it was written by a newer version
 */
export function restoreSwitchboard(
  kept: Kept,
  journal: Journal,
  branch: Branch,
  now: number,
): SwitchboardState {
  const version = kept.about('stateVersion');
  if (version !== undefined && version !== STATE_VERSION && version !== 1)
    throw new Error(
      `calls in progress were written in form ${JSON.stringify(version)}; this version knows ${STATE_VERSION}: install the version that wrote them`,
    );
  const found = kept.openCalls() as Record<string, Call>;
  const calls = version === 1 ? mapCalls(found, (call) => withGraph(call, branch)) : found;
  const stored = storedAcd(kept.about('acd'), kept.aboutUnder(PIECES), acdPlan(branch), now);
  const form = version === STATE_VERSION ? {} : { stateVersion: STATE_VERSION };
  journal.write({
    events: [],
    openCalls: version === 1 ? calls : {},
    about: { ...form, ...stored?.rewrite },
  });
  const channels = Object.fromEntries(
    Object.values(calls).flatMap((call) => channelsOf(call).map((channel) => [channel, call.id])),
  );
  const callbacks = storedCallbacks(kept.aboutUnder(CALLBACK_PIECES));
  const brake = storedBrake(kept.aboutUnder(BRAKE_PIECES));
  const places = storedPlaces(kept.aboutUnder(PLACE_PIECES));
  return { calls, channels, acd: stored?.state ?? emptyAcd, callbacks, brake, places };
}

const channelsOf = (call: Call): string[] => [
  ...(call.anchor.gone ? [] : [call.anchor.channel]),
  ...Object.keys(call.legs),
  ...(call.watch ? watchChannels(call.watch) : []),
];

/** In form 1 a call in a flow held the steps ahead of it. Now it is at a node of a graph: the flow begins again for it. */
function withGraph(call: Call, branch: Branch): Call {
  if (call.stage.at !== 'flow') return call;
  const { anchor, dialled, number = '' } = call;
  const context = newContext(branch, { caller: anchor.party.id, dialled, number });
  const run = { flow: call.stage.run.flow, version: '', context, lookUps: 0 };
  return { ...call, stage: { ...call.stage, run } };
}

const mapCalls = (calls: Record<string, Call>, change: (call: Call) => Call): Record<string, Call> =>
  Object.fromEntries(Object.entries(calls).map(([id, call]) => [id, change(call)]));
