/** The calls of one branch at this moment, and the way to all of them. */
import type { FleetCall } from '@branchline/contracts/http/controller';
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Stopwatch } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { useFleet } from '../live.ts';
import '../../parts/show/rows.css';

const MOST_SHOWN = 20;

export function BranchCalls({ box }: { box: string }) {
  const { t } = useWords();
  const calls = useFleet((state) => state?.calls);
  const here = Object.values(calls ?? {})
    .filter((call) => call.box === box)
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const all = `/calls?box=${encodeURIComponent(box)}`;
  return (
    <Panel title={t('branch.callsNow')} aside={here.length}>
      {here.length === 0 && <Empty>{t('today.noCalls')}</Empty>}
      <ul className="rows">
        {here.slice(0, MOST_SHOWN).map((call) => (
          <BranchCall key={call.id} call={call} />
        ))}
        <li>
          <Link to={all} data-testid="branch-calls">
            {t('branch.callsOf')} →
          </Link>
        </li>
      </ul>
    </Panel>
  );
}

function BranchCall({ call }: { call: FleetCall }) {
  const { t } = useWords();
  const names = useNames();
  const towards =
    call.answeredBy.length > 0 ? names.parties(call.answeredBy) : (call.queue ?? names.number(call.dialled));
  const phase = call.held ? 'held' : call.answeredAt ? 'talking' : call.queue ? 'queue' : 'flow';
  return (
    <li data-testid="live-call" data-id={call.id}>
      <div className="row-top">
        <Link to={`/boxes/${encodeURIComponent(call.box)}/calls/${encodeURIComponent(call.id)}`}>
          {names.party(call.from)} → {towards}
        </Link>
        <Stopwatch since={call.startedAt} />
      </div>
      <div className="row-under">
        <Mark shape={phase === 'talking' ? 'good' : phase === 'queue' ? 'warn' : 'rest'}>
          {t(`phase.${phase}`)}
        </Mark>
        <span>
          {t(`direction.${call.direction}`)}
          {call.trunk !== null && ` · ${call.trunk}`}
        </span>
      </div>
    </li>
  );
}
