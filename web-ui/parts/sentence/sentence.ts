/** The product's face: one true sentence about the branch, and the next step. Pure. */
import { say, type Say } from '../../words/say.ts';
import type { Facts } from './facts.ts';
import type { Matter, Place, Tone } from './matter.ts';
import { matters } from './matters.ts';

export interface Sentence {
  readonly tone: Tone;
  readonly says: Say;
  readonly next: Say | null;
  readonly place: Place | null;
  /** Everything else there is to say, the gravest first. */
  readonly also: readonly Matter[];
}

/** `now` in ms since 1970, by the service's clock; `facts` undefined before anything was heard. */
export function sentence(facts: Facts | undefined, now: number): Sentence {
  if (!facts || isSilent(facts)) {
    const next = say('sentence.unheardNext');
    return { tone: 'unknown', says: say('sentence.unheard'), next, place: null, also: [] };
  }
  const all = matters(facts, now);
  const [first, ...rest] = all;
  if (first && first.tone !== 'note') {
    return { tone: first.tone, says: first.says, next: first.next, place: first.place, also: rest };
  }
  if (facts.engine === null) {
    const next = say('sentence.engineUnknownNext');
    return { tone: 'unknown', says: say('sentence.engineUnknown'), next, place: null, also: all };
  }
  return { tone: 'good', says: allIsWell(facts), next: null, place: null, also: all };
}

/** Online, but without a word about itself yet. */
function isSilent(facts: Facts): boolean {
  return facts.presence?.online === true && !facts.presence.reported && facts.alarms.length === 0;
}

function allIsWell(facts: Facts): Say {
  const calls = { say: say('sentence.calls', { count: facts.calls }) };
  if (facts.queues === null) return say('sentence.goodFar', { calls });
  const count = facts.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const waiting = { say: say('sentence.waiting', { count }) };
  const known = facts.trunks?.length && facts.trunks.every((trunk) => trunk.state === 'up');
  return say(known ? 'sentence.good' : 'sentence.goodBusy', { calls, waiting });
}
