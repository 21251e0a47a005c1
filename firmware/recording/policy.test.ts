import { expect, test } from 'vitest';
import type { Branch, RecordingPolicy } from '@branchline/contracts/branch/model';
import type { Queue } from '@branchline/contracts/branch/queues/model';
import { recordingPolicy } from './policy.ts';

const queue = (recording: RecordingPolicy): Queue => ({ name: 'sales', recording }) as Queue;
const branch = {
  queues: { sales: queue('never'), service: queue('always') },
  recording: {
    announce: true,
    incoming: 'always',
    internal: 'never',
    outgoing: 'always',
    prompt: 'recorded',
  },
} as unknown as Branch;

test.each([
  ['in', { kind: 'queue', name: 'sales' }, 'never'],
  ['internal', { kind: 'queue', name: 'service' }, 'always'],
  ['in', { kind: 'queue', name: 'gone from the document' }, 'always'],
  ['in', { kind: 'extension', name: '8001' }, 'always'],
  ['internal', { kind: 'extension', name: '8001' }, 'never'],
  ['out', { kind: 'number', name: '+8610' }, 'always'],
] as const)('a call %s to %j is recorded %s', (direction, to, policy) => {
  expect(recordingPolicy(branch, direction, to)).toBe(policy);
});
