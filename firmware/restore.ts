/** The switchboard as the last run left it on disk. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { AcdState } from './acd/state.ts';
import { newContext } from './flows/context.ts';
import type { Call, SwitchboardState } from './calls/state.ts';
import { emptySwitchboard } from './calls/switchboard.ts';
import type { Ledger } from './store/ledger.ts';

/** Raised with every change of the form of calls in progress on disk; an older form is brought up to date here. */
export const STATE_VERSION = 2;

export function restoreSwitchboard(ledger: Ledger, branch: Branch, now: number): SwitchboardState {
  const version = ledger.about('stateVersion');
  const empty = emptySwitchboard(branch, now);
  if (version === undefined) return empty;
  if (version !== STATE_VERSION && version !== 1)
    throw new Error(
      `calls in progress were written in form ${JSON.stringify(version)}; this version knows ${STATE_VERSION}: install the version that wrote them`,
    );
  const kept = ledger.openCalls() as Record<string, Call>;
  const calls = version === 1 ? mapCalls(kept, (call) => withGraph(call, branch)) : kept;
  const channels = Object.fromEntries(
    Object.values(calls).flatMap((call) => channelsOf(call).map((channel) => [channel, call.id])),
  );
  return { calls, channels, acd: (ledger.about('acd') as AcdState | undefined) ?? empty.acd };
}

const channelsOf = (call: Call): string[] => [
  ...(call.anchor.gone ? [] : [call.anchor.channel]),
  ...Object.keys(call.legs),
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
