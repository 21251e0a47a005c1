/** A thing of a branch, as alarms and maintenance name it, in words: 'Gateway e1'. */
import { useWords } from '../door/context.ts';

const KINDS = [
  ...['everything', 'mains', 'engine', 'uplink', 'recordings', 'mail', 'contacts', 'lifeline'],
  ...['gateway', 'trunk', 'phone', 'ups', 'disk'],
] as const;

export function useThing(): (thing: string) => string {
  const { t } = useWords();
  return (thing) => {
    const [word = '', ...name] = thing.split(' ');
    const kind = KINDS.find((each) => each === word);
    return kind ? [t(`alarms.thing.${kind as 'everything'}`), ...name].join(' ') : thing;
  };
}
