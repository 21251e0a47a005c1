/** From a key and what fills its holes to a text, in the language and the zone in force. */
import type { LocalText } from '@branchline/contracts/branch/model';
import type { i18n } from 'i18next';
import { moment, spanWords, stopwatch } from '../parts/time.ts';
import type { Hole, Say } from './say.ts';
import type { Key, Language } from './words.ts';

export interface Speaker {
  readonly language: Language;
  /** The zone that times are told in, IANA. */
  readonly zone: string;
  readonly t: (key: Key, holes?: Readonly<Record<string, Hole>>) => string;
  readonly say: (what: Say) => string;
  readonly text: (text: LocalText) => string;
  readonly span: (ms: number) => string;
  /** '09:12', with the day when it is another. */
  readonly at: (iso: string) => string;
  /** The same words for another zone and clock; `now` gives ms since 1970. */
  readonly inZone: (zone: string, now: () => number) => Speaker;
}

/** `now` gives ms since 1970 by the service's clock. */
export function speaker(i18n: i18n, language: Language, zone: string, now: () => number): Speaker {
  const between = language === 'zh' ? '、' : ', ';
  const fill = (hole: Hole): string | number => {
    if (typeof hole === 'string' || typeof hole === 'number') return hole;
    if ('at' in hole) return at(hole.at);
    if ('span' in hole) return span(hole.span);
    if ('watch' in hole) return stopwatch(hole.watch);
    if ('text' in hole) return hole.text[language];
    if ('list' in hole) return hole.list.map(fill).join(between);
    return t(hole.say.key, hole.say.holes);
  };
  const t: Speaker['t'] = (key, holes = {}) =>
    i18n.t(key, Object.fromEntries(Object.entries(holes).map(([name, hole]) => [name, fill(hole)])));
  const at = (iso: string): string => moment(iso, now(), zone);
  const span = (ms: number): string => {
    const words = spanWords(ms);
    return t(words.key, words.holes);
  };
  return {
    language,
    zone,
    t,
    at,
    span,
    say: ({ key, holes }) => t(key, holes),
    text: (text) => text[language],
    inZone: (other, clock) => speaker(i18n, language, other, clock),
  };
}
