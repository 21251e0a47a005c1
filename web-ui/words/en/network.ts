/** The network: the ways out of the branch. And the clock against time servers. */
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
  clock: {
    title: 'Clock',
    state: { right: 'Right', off: 'Off', unknown: 'Not compared' },
    ahead: '{{time}} ahead',
    behind: '{{time}} behind',
    by: 'by {{server}}',
    because: {
      'no-servers': 'no time server is known: name some under clock in the branch document',
      'no-answer': 'no time server answers',
    },
  },
} as const;
