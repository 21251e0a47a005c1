/** The network: the ways out of the branch. */
export const network = {
  network: {
    title: 'Network',
    headquarters: 'To headquarters',
    trunk: 'To line {{name}}',
    state: {
      unknown: 'Being measured',
      good: 'Good',
      poor: 'Poor',
      unreachable: 'No answer',
    },
    latency: '{{ms}} ms there and back',
    jitter: '{{ms}} ms jitter',
    loss: '{{percent}} lost',
    reason: { latency: 'slow', jitter: 'uneven', loss: 'loses packets' },
  },
} as const;
