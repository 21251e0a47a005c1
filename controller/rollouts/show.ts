/** A rollout as the API tells it. Pure. */
import { BOX_STEPS } from '@branchline/contracts/fleet/rollouts';
import type { RolloutBox, RolloutDetail, RolloutSummary } from '@branchline/contracts/http/rollouts';
import type { RolloutHead } from '../store/rollouts.ts';
import type { BoxState, RolloutState } from './state.ts';

export function summaryOf(
  { id, plan, author, reason, at }: RolloutHead,
  state: RolloutState,
): RolloutSummary {
  const counts = Object.fromEntries(BOX_STEPS.map((step) => [step, 0])) as RolloutSummary['counts'];
  for (const { step } of state.boxes.values()) counts[step] += 1;
  const { status, wave, stop } = state;
  return {
    id,
    name: plan.name,
    author,
    reason,
    at: stamp(at),
    status,
    wave,
    waves: plan.waves.length,
    counts,
    stop: stop && { ...stop, at: stamp(stop.at) },
  };
}

export function detailOf(
  head: RolloutHead,
  state: RolloutState,
  isOnline: (box: string) => boolean,
): RolloutDetail {
  const { change, gates, hours, atOnce, waves } = head.plan;
  return {
    ...summaryOf(head, state),
    change,
    gates,
    hours,
    atOnce,
    waveSpecs: waves,
    boxes: [...state.boxes].map(([name, box]) =>
      boxOf(name, box, isOnline(name), gates.soakS, change.kind === 'release'),
    ),
  };
}

function boxOf(name: string, box: BoxState, online: boolean, soakS: number, ofRelease: boolean): RolloutBox {
  const { wave, step, since, findings, failed, note, from, carried, had } = box;
  return {
    box: name,
    wave,
    step,
    version: ofRelease ? null : carried,
    from: ofRelease ? null : from,
    had: had ?? null,
    since: since === null ? null : stamp(since),
    online,
    until: step === 'watching' && since !== null ? stamp(since + soakS * 1_000) : null,
    findings: findings.map((each) => ({ ...each })),
    failed,
    note,
  };
}

const stamp = (at: number): string => new Date(at).toISOString();
