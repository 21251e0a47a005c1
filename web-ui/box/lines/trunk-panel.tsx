/** One line: how it stands and since when, what its gateway answered, its channels, and the calls in them. */
import type { LiveCall, LiveTrunk } from '@branchline/contracts/live';
import { Link } from 'react-router';
import { callTitle } from '../../parts/calls/call-title.ts';
import { PhaseMark } from '../../parts/calls/marks.tsx';
import { useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Moment, Stopwatch } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Strip } from '../../parts/show/strip.tsx';
import type { Key } from '../../words/words.ts';
import { cellsOf } from '../live.ts';
import { TRUNK_SHAPES } from './trunk-shapes.ts';
import './trunk-panel.css';

interface TrunkPanelProps {
  readonly trunk: LiveTrunk;
  readonly others: readonly LiveTrunk[];
  readonly calls: Readonly<Record<string, LiveCall>>;
}

const KINDS: Readonly<Record<string, Key>> = {
  e1: 'lines.kind.e1',
  fxo: 'lines.kind.fxo',
  fxs: 'lines.kind.fxs',
  sip: 'lines.kind.sip',
};

export function TrunkPanel({ trunk, others, calls }: TrunkPanelProps) {
  const { t } = useWords();
  const names = useNames();
  const here = trunk.calls.flatMap((id) => calls[id] ?? []);
  const kind = KINDS[trunk.kind];
  const describe = (id: string): string => {
    const call = calls[id];
    return call ? callTitle(call, names) : id;
  };
  return (
    <Panel
      testId="trunk"
      title={
        <>
          {trunk.id}{' '}
          <Mark shape={TRUNK_SHAPES[trunk.state]} testId="trunk-state">
            {t(`state.${trunk.state}`)}
          </Mark>
        </>
      }
      aside={t('lines.usedOf', { used: trunk.calls.length, all: trunk.channels })}
    >
      <div className="inner trunk">
        <p className="trunk-facts">
          <span>
            {kind ? t(kind) : trunk.kind} · {trunk.gateway}
          </span>
          {trunk.since !== null && (
            <span>
              {t('lines.since')} <Moment at={trunk.since} />
            </span>
          )}
          <span data-testid="trunk-evidence">
            {t('lines.evidence')}: {trunk.evidence}
          </span>
          <span className="soft">{takesOver(trunk, others, t)}</span>
        </p>
        <Strip
          size="large"
          channels={trunk.channels}
          calls={cellsOf(trunk.calls, calls)}
          down={trunk.state === 'down'}
          describe={describe}
          linkTo={(id) => `/calls/${encodeURIComponent(id)}`}
        />
        {here.length === 0 && <p className="soft">{t('lines.noCalls')}</p>}
        <ul className="trunk-calls">
          {here.map((call) => (
            <li key={call.id}>
              <Link to={`/calls/${encodeURIComponent(call.id)}`}>{describe(call.id)}</Link>
              <span className="nowrap">
                <PhaseMark phase={call.phase} /> <Stopwatch since={call.phaseSince} />
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function takesOver(
  trunk: LiveTrunk,
  others: readonly LiveTrunk[],
  t: ReturnType<typeof useWords>['t'],
): string {
  const down = trunk.state === 'down';
  const able = others.filter((trunk) => trunk.state !== 'down').map((trunk) => trunk.id);
  if (able.length === 0) return t(down ? 'lines.insteadNone' : 'lines.takesOverNone');
  return t(down ? 'lines.instead' : 'lines.takesOver', { others: { list: able } });
}
