/** Each line with its strip, and the phones in one figure. */
import type { LiveCall, LivePhone, LiveTrunk } from '@branchline/contracts/live';
import { useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Strip } from '../../parts/show/strip.tsx';
import { cellsOf } from '../live.ts';
import { TRUNK_SHAPES } from '../../parts/show/trunk-shapes.ts';
import '../../parts/show/rows.css';

interface LinesNowProps {
  readonly trunks: Readonly<Record<string, LiveTrunk>>;
  readonly calls: Readonly<Record<string, LiveCall>>;
  readonly phones: Readonly<Record<string, LivePhone>>;
}

export function LinesNow({ trunks, calls, phones }: LinesNowProps) {
  const { t } = useWords();
  const all = Object.values(trunks);
  const owned = Object.values(phones).filter((phone) => phone.extension !== null);
  const reachable = owned.filter((phone) => phone.reachable).length;
  return (
    <Panel title={t('today.lines')} to="/lines" testId="lines">
      {all.length === 0 && <Empty>{t('today.noLines')}</Empty>}
      <ul className="rows">
        {all.map((trunk) => (
          <li key={trunk.id} data-testid="trunk" data-id={trunk.id} data-state={trunk.state}>
            <div className="row-top">
              <span>
                <strong>{trunk.id}</strong>{' '}
                <Mark shape={TRUNK_SHAPES[trunk.state]} testId="trunk-state">
                  {t(`state.${trunk.state}`)}
                </Mark>
              </span>
              <span className="num">
                {t('lines.usedOf', { used: trunk.calls.length, all: trunk.channels })}
              </span>
            </div>
            <Strip
              size="small"
              channels={trunk.channels}
              calls={cellsOf(trunk.calls, calls)}
              down={trunk.state === 'down'}
            />
          </li>
        ))}
        {owned.length > 0 && (
          <li className="row-top">
            <span>{t('today.phones')}</span>
            <Mark shape={reachable === owned.length ? 'good' : 'warn'} testId="phones-now">
              {t('today.phonesOf', { reachable, all: owned.length })}
            </Mark>
          </li>
        )}
      </ul>
    </Panel>
  );
}
