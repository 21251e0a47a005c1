/** Whether a call is to be recorded, from the branch document alone. Pure. */
import type { Branch, RecordingPolicy, Step } from '@branchline/contracts/branch/model';
import type { Destination } from '@branchline/contracts/branch/values';

export function recordingPolicy(
  branch: Branch,
  direction: 'in' | 'out' | 'internal',
  to: { kind: string; name?: string },
): RecordingPolicy {
  if (to.kind === 'queue') return branch.queues[to.name ?? '']?.recording ?? branch.recording.incoming;
  if (direction === 'internal') return branch.recording.internal;
  return direction === 'out' ? branch.recording.outgoing : branch.recording.incoming;
}

/**
 * Whether every way that a number can take ends in a talk that is recorded. Then the dial plan switches recording on before
 * the call is offered to us, which saves a way out and back for each call.
 */
export function alwaysRecorded(branch: Branch, number: string): boolean {
  const entry = branch.numbers[number];
  const ends = entry ? endsOf(branch, entry.to, new Set()) : [];
  return ends.length > 0 && ends.every((end) => recordingPolicy(branch, 'in', end) === 'always');
}

function endsOf(
  branch: Branch,
  to: Destination,
  seen: Set<string>,
): Exclude<Destination, { kind: 'flow' | 'hang-up' }>[] {
  if (to.kind === 'hang-up') return [];
  if (to.kind !== 'flow') return [to];
  if (seen.has(to.name)) return [];
  seen.add(to.name);
  return (branch.flows[to.name] ?? [])
    .flatMap((step) => targets(step))
    .flatMap((next) => endsOf(branch, next, seen));
}

function targets(step: Step): Destination[] {
  switch (step.kind) {
    case 'go':
      return [step.to];
    case 'menu':
      return [...Object.values(step.digits), step.none];
    case 'hours':
      return step.closed.flatMap(targets);
    case 'play':
      return [];
  }
}
