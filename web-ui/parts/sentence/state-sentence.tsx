/** The sentence of state as it stands at the head of a page, with its next step and everything else there is to say. */
import { Link } from 'react-router';
import { useWords } from '../door/context.ts';
import { MarkShape } from '../show/mark.tsx';
import type { Place } from './matter.ts';
import type { Sentence } from './sentence.ts';
import './state-sentence.css';

interface SentenceProps {
  readonly sentence: Sentence;
  /** The address of a place, or undefined where this door has no such page. */
  readonly linkTo: (place: Place) => string | undefined;
}

export function StateSentence({ sentence, linkTo }: SentenceProps) {
  const words = useWords();
  const to = sentence.place === null ? undefined : linkTo(sentence.place);
  return (
    <section className={`sentence is-${sentence.tone}`} aria-live="polite">
      <h1 data-testid="state-sentence" data-tone={sentence.tone} data-key={sentence.says.key}>
        <MarkShape shape={sentence.tone} /> {words.say(sentence.says)}
      </h1>
      {sentence.next && (
        <p className="sentence-next" data-testid="state-next">
          {words.say(sentence.next)} {to !== undefined && <GoTo to={to} place={sentence.place} />}
        </p>
      )}
      {sentence.also.length > 0 && (
        <ul className="sentence-also" aria-label={words.t('sentence.also')}>
          {sentence.also.map((matter, index) => (
            <li key={index} data-testid="state-also">
              <MarkShape shape={matter.tone} />
              <span>
                {words.say(matter.says)} <span className="soft">{matter.next && words.say(matter.next)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const PLACES = { lines: 'nav.lines', queues: 'nav.queues', calls: 'nav.calls', setup: 'nav.setup' } as const;

function GoTo({ to, place }: { to: string; place: Place | null }) {
  const { t } = useWords();
  return place === null ? null : <Link to={to}>{t(PLACES[place])} →</Link>;
}
