/** How a party was heard, in words and figures. Pure. */
import { soundVerdict } from '@branchline/contracts/call-sound';
import type { KnownEvent } from '@branchline/contracts/ledger';
import { say, type Say } from '../../words/say.ts';
import type { Names } from '../people-context.ts';

export function soundSay(event: KnownEvent, names: Names): Say | undefined {
  if (event.type !== 'call.sound') return undefined;
  const who = names.party(event.body.who);
  const { silent } = event.body;
  if (silent) return say(silent === 'from' ? 'event.sound.silentFrom' : 'event.sound.silentTo', { who });
  const verdict = soundVerdict(event.body);
  if (!verdict) return say('event.sound.unmeasured', { who });
  const { grade, mos, lostPercent, jitterMs } = verdict;
  return say(`event.sound.${grade}`, {
    who,
    mos: mos.toFixed(1),
    lost: lostPercent.toFixed(1),
    jitter: jitterMs.toFixed(0),
  });
}
