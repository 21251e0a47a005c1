/** The calls of this moment, oldest first, so that a new one does not move the others. */
import type { LiveCall } from '@branchline/contracts/live';
import { Link } from 'react-router';
import { Beside } from '../../parts/calls/beside.tsx';
import { callTitle } from '../../parts/calls/call-title.ts';
import { PhaseMark, RecordingMark } from '../../parts/calls/marks.tsx';
import { useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Stopwatch } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import '../../parts/show/rows.css';

/** More than a screen holds is counted instead. */
const MOST_SHOWN = 20;

export function CallsNow({ calls }: { calls: Readonly<Record<string, LiveCall>> }) {
  const { t } = useWords();
  const all = Object.values(calls).sort((a, b) => a.since.localeCompare(b.since));
  return (
    <Panel
      title={t('today.callsNow')}
      to="/calls"
      aside={<span data-testid="calls-now-count">{all.length}</span>}
    >
      {all.length === 0 && <Empty>{t('today.noCalls')}</Empty>}
      <ul className="rows">
        {all.slice(0, MOST_SHOWN).map((call) => (
          <CallRow key={call.id} call={call} />
        ))}
        {all.length > MOST_SHOWN && (
          <li>
            <Link to="/calls?outcome=live">{t('today.more', { count: all.length - MOST_SHOWN })}</Link>
          </li>
        )}
      </ul>
    </Panel>
  );
}

function CallRow({ call }: { call: LiveCall }) {
  const { t } = useWords();
  const names = useNames();
  return (
    <li data-testid="live-call" data-id={call.id} data-phase={call.phase}>
      <div className="row-top">
        <span>
          <Link to={`/calls/${encodeURIComponent(call.id)}`}>{callTitle(call, names)}</Link>{' '}
          {call.emergency && <Mark shape="bad">{t('calls.emergency')}</Mark>}
        </span>
        <Stopwatch since={call.since} />
      </div>
      <div className="row-under">
        <span>
          <PhaseMark phase={call.phase} /> <Stopwatch since={call.phaseSince} />
        </span>
        <Beside call={call} />
        <span>
          {t(`direction.${call.direction}`)}
          {call.trunk !== null && ` · ${call.trunk}`}
          {(call.recording !== 'off' || call.phase === 'talking') && (
            <>
              {' '}
              · <RecordingMark state={call.recording} />
            </>
          )}
        </span>
      </div>
    </li>
  );
}
