/** A call told event by event, with the reasons where somebody was chosen. */
import { knownEvent, type LedgerEvent } from '@branchline/contracts/ledger';
import { useWords } from '../door/context.ts';
import { useNames } from '../people-context.ts';
import { MarkShape } from '../show/mark.tsx';
import { stopwatch, wall } from '../time.ts';
import { eventSay, eventShape, legsOf } from './event-words.ts';
import { Why } from './why.tsx';
import './story.css';

export function Story({ events }: { events: readonly LedgerEvent[] }) {
  const words = useWords();
  const names = useNames();
  const ordered = [...events].sort((a, b) => a.seq - b.seq);
  const legs = legsOf(ordered, names);
  const start = Date.parse(ordered[0]?.at ?? '');
  return (
    <ol className="story" data-testid="story">
      {ordered.map((event) => (
        <li key={event.seq} data-testid="story-event" data-type={event.type}>
          <time dateTime={event.at} className="story-time">
            {wall(Date.parse(event.at), words.zone).time}
            <span className="soft"> +{stopwatch(Date.parse(event.at) - start)}</span>
          </time>
          <MarkShape shape={eventShape(event.type)} />
          <div>
            {words.say(eventSay(event, names, legs))}
            <Reasons event={event} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function Reasons({ event }: { event: LedgerEvent }) {
  const known = knownEvent(event);
  const candidates = known?.type === 'call.leg-offered' ? known.body.candidates : undefined;
  if (known?.type !== 'call.leg-offered' || !candidates || candidates.length === 0) return null;
  return <Why candidates={candidates} offer={known.body} />;
}
