/** Flows that stand in no document; their names begin with a star, which no name of a document does. */
import type { Flow } from '@branchline/contracts/branch/flows/model';

/** A tone says that what was dialled has been done. */
export const DONE = '*done';

const done: Flow = {
  name: DONE,
  version: '1',
  start: { node: '1' },
  nodes: {
    '1': { kind: 'play', prompt: { kind: 'tone', name: 'beep' }, next: { to: { kind: 'hang-up' } } },
  },
};

export const BUILT_IN: Readonly<Record<string, Flow>> = { [DONE]: done };
