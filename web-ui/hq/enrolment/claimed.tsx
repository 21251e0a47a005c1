/** What becomes of a box after its claim, until it is there. */
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { useFleet } from '../live.ts';

/** A box asks every five seconds, and takes some more to start. */
const LATE_MS = 45_000;

/** `serial` is '' for a box that was waiting. */
export function Claimed({ box, serial }: { box: string; serial: string }) {
  const { t } = useWords();
  const isHere = useFleet((state) => state?.boxes[box]?.online === true);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, [box]);
  return (
    <div className="document-says" data-testid="claimed" data-here={isHere}>
      <Mark shape="good">
        {serial === '' ? t('enrolment.claimed', { box }) : t('enrolment.expectedNow', { box, serial })}
      </Mark>
      {serial === '' && !isHere && (
        <p>
          <Mark shape={isLate ? 'warn' : 'unknown'}>{t(isLate ? 'enrolment.late' : 'enrolment.coming')}</Mark>
        </p>
      )}
      {isHere && (
        <p>
          <Mark shape="good">{t('enrolment.here')}</Mark>{' '}
          <Link to={`/boxes/${encodeURIComponent(box)}`} data-testid="claimed-open">
            {t('enrolment.open', { box })} →
          </Link>
        </p>
      )}
    </div>
  );
}
