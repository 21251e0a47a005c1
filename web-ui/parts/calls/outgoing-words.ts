/** What happened on the way to the outside, as a sentence. Pure. */
import type { KnownEvent } from '@branchline/contracts/ledger';
import { say, type Say } from '../../words/say.ts';
import type { Names } from '../people-context.ts';

export function outgoingSay(event: KnownEvent, names: Names): Say | undefined {
  switch (event.type) {
    case 'call.routed': {
      const { class: what, number, trunks } = event.body;
      const of = { say: say(`callClass.${what}`) };
      return say('event.routed', { of, number: names.number(number), lines: trunks.join(' → ') });
    }
    case 'call.denied': {
      const { class: what, number, because, detail = '' } = event.body;
      const of = { say: say(`callClass.${what}`) };
      const why = { say: say(`event.deniedBecause.${because}`, { detail }) };
      return say('event.denied', { of, number: names.number(number), why });
    }
    case 'call.line-full':
      return say('event.lineFull', { trunk: event.body.trunk });
    case 'call.preempted':
      return say('event.preempted', { trunk: event.body.trunk });
    case 'call.left-alone':
      return say('event.leftAlone');
    case 'call.turned-away':
      return say(`event.turnedAway.${event.body.because}`, { trunk: event.body.trunk });
    default:
      return undefined;
  }
}
