/** One line: what it is worth and since when, why, what goes in its place, the way back, its channels, and the calls in them. */
import type { LiveCall } from '@branchline/contracts/live';
import type { LiveTrunk } from '@branchline/contracts/trunks';
import { Link } from 'react-router';
import { callTitle } from '../../parts/calls/call-title.ts';
import { PhaseMark } from '../../parts/calls/marks.tsx';
import { useNow, useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Moment, Stopwatch } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Strip } from '../../parts/show/strip.tsx';
import { TRUNK_SHAPES } from '../../parts/show/trunk-shapes.ts';
import type { Key } from '../../words/words.ts';
import { cellsOf, useBox } from '../live.ts';
import { TrunkEvidence } from './trunk-evidence.tsx';
import { TrunkOrders } from './trunk-orders.tsx';
import { trunkSays } from './trunk-says.ts';
import './trunk-panel.css';

interface TrunkPanelProps {
  readonly trunk: LiveTrunk;
  readonly calls: Readonly<Record<string, LiveCall>>;
}

const KINDS: Readonly<Record<string, Key>> = {
  e1: 'lines.kind.e1',
  fxo: 'lines.kind.fxo',
  fxs: 'lines.kind.fxs',
  sip: 'lines.kind.sip',
};

export function TrunkPanel({ trunk, calls }: TrunkPanelProps) {
  const { t } = useWords();
  const names = useNames();
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
      <div className="inner trunk" data-trunk={trunk.id} data-state={trunk.state}>
        <p className="trunk-facts">
          <span>
            {kind ? t(kind) : trunk.kind} · {trunk.gateway}
          </span>
          {trunk.since !== null && (
            <span>
              {t('lines.since')} <Moment at={trunk.since} />
            </span>
          )}
          <span>{t('trunk.usable', { usable: trunk.usable, channels: trunk.channels })}</span>
        </p>
        <Standing trunk={trunk} />
        <Strip
          size="large"
          channels={trunk.channels}
          calls={cellsOf(trunk.calls, calls)}
          down={trunk.state === 'down'}
          describe={describe}
          linkTo={(id) => `/calls/${encodeURIComponent(id)}`}
        />
        <CallsOn trunk={trunk} calls={calls} describe={describe} />
        <TrunkEvidence trunk={trunk} />
        <TrunkOrders trunk={trunk} />
      </div>
    </Panel>
  );
}

/** Why it is so, what goes in its place at what cost, and the way back: a sentence each. */
function Standing({ trunk }: { trunk: LiveTrunk }) {
  const words = useWords();
  const trunks = useBox((state) => state?.trunks);
  const usable = (name: string): number => trunks?.[name]?.usable ?? 0;
  const { because, place, left, back, full, forwarding } = trunkSays(trunk, useNow(), usable);
  return (
    <ul className="trunk-standing">
      {because && <li data-testid="trunk-because">{words.say(because)}</li>}
      <li data-testid="trunk-instead">
        {words.say(place)} {left && words.say(left)}
      </li>
      {forwarding && (
        <li data-testid="trunk-forwarding" data-state={trunk.forwarding?.state}>
          {words.say(forwarding)}
        </li>
      )}
      {back && (
        <li data-testid="trunk-back">
          {words.say(back)} {full && words.say(full)}
        </li>
      )}
    </ul>
  );
}

function CallsOn({
  trunk,
  calls,
  describe,
}: TrunkPanelProps & { readonly describe: (id: string) => string }) {
  const { t } = useWords();
  const here = trunk.calls.flatMap((id) => calls[id] ?? []);
  if (here.length === 0) return <p className="soft">{t('lines.noCalls')}</p>;
  return (
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
  );
}
