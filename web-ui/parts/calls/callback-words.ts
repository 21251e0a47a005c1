/** What happened to a callback, as a sentence. Pure. */
import type { KnownEvent } from '@branchline/contracts/ledger';
import type { Names } from '../people-context.ts';
import { say, type Say } from '../../words/say.ts';

export function callbackSay(event: KnownEvent, names: Pick<Names, 'agent'>): Say | undefined {
  switch (event.type) {
    case 'callback.asked': {
      const { queue, again, by } = event.body;
      return again ? say('event.callbackAskedAgain', { queue }) : say(`event.callbackAsked.${by}`, { queue });
    }
    case 'callback.agent-kept':
      return say('event.callbackAgentKept', { agent: names.agent(event.body.agent) });
    case 'callback.refused':
      return say(`event.callbackRefused.${event.body.because}`, { queue: event.body.queue });
    case 'callback.tried': {
      const { because, attempt, nextAt } = event.body;
      const tried = say(`event.callbackTried.${because}`, { attempt });
      if (nextAt === undefined) return tried;
      return say('event.callbackTriedNext', { tried: { say: tried }, at: { at: nextAt } });
    }
    case 'callback.ended': {
      const { outcome, queue, attempts, waitedMs } = event.body;
      return say(`event.callbackEnded.${outcome}`, { queue, attempts, waited: { watch: waitedMs } });
    }
    default:
      return undefined;
  }
}
