/** Flows that stand in no document; their names begin with a star, which no name of a document does. */
import type { Flow, Prompt } from '@branchline/contracts/branch/flows/model';

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

/** Where a call was parked: said twice, as somebody writes it down. Its variable is `slot`. */
export const PARKED = '*parked';

const PARKED_AT: Prompt = { kind: 'say', text: { zh: '已驻留在 {slot}。', en: 'Parked at {slot}.' } };

const parked: Flow = {
  name: PARKED,
  version: '1',
  start: { node: '1' },
  nodes: {
    '1': { kind: 'play', prompt: { kind: 'tone', name: 'beep' }, next: { node: '2' } },
    '2': { kind: 'play', prompt: PARKED_AT, next: { node: '3' } },
    '3': { kind: 'play', prompt: PARKED_AT, next: { to: { kind: 'hang-up' } } },
  },
};

/** To be spoken beforehand. */
export const BUILT_IN_PROMPTS: readonly Prompt[] = [PARKED_AT];

export const BUILT_IN: Readonly<Record<string, Flow>> = { [DONE]: done, [PARKED]: parked };
