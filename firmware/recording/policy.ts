/** Whether a call is to be recorded, from the branch document alone. Pure. */
import type { Branch, RecordingPolicy } from '@branchline/contracts/branch/model';

export function recordingPolicy(
  branch: Branch,
  direction: 'in' | 'out' | 'internal',
  to: { kind: string; name?: string },
): RecordingPolicy {
  if (to.kind === 'queue') return branch.queues[to.name ?? '']?.recording ?? branch.recording.incoming;
  if (direction === 'internal') return branch.recording.internal;
  return direction === 'out' ? branch.recording.outgoing : branch.recording.incoming;
}
