/** The words of queues that a document, the ledger and the pages share. */
export const QUEUE_ORDERS = [
  'longest-idle',
  'round-robin',
  'fewest-calls',
  'least-occupied',
  'random',
  'linear',
  'ring-all',
] as const;
export const ANNOUNCEMENTS = ['position', 'expected-wait', 'comfort'] as const;
/** Within a queue, agents of level 1 are asked before those of level 2. */
export const AGENT_LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
