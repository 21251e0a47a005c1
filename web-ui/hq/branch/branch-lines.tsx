/** The lines and phones of a branch as its last report told them. */
import type { HealthReport } from '@branchline/contracts/health';
import { useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Strip, type CellPhase } from '../../parts/show/strip.tsx';
import { TRUNK_SHAPES } from '../../parts/show/trunk-shapes.ts';
import '../../parts/show/rows.css';

export function BranchLines({ health }: { health: HealthReport | null }) {
  const { t, at } = useWords();
  const names = useNames();
  const gone = health?.phones.filter((phone) => !phone.reachable) ?? [];
  const reachable = (health?.phones.length ?? 0) - gone.length;
  return (
    <Panel title={t('today.lines')} testId="lines">
      {!health && <Empty>{t('today.noHealth')}</Empty>}
      {health?.trunks.length === 0 && <Empty>{t('today.noLines')}</Empty>}
      <ul className="rows">
        {health?.trunks.map((trunk) => (
          <li key={trunk.name} data-testid="trunk" data-id={trunk.name} data-state={trunk.state}>
            <div className="row-top">
              <span>
                <strong>{trunk.name}</strong>{' '}
                <Mark shape={TRUNK_SHAPES[trunk.state]} testId="trunk-state">
                  {t(`state.${trunk.state}`)}
                </Mark>{' '}
                {trunk.since !== null && (
                  <span className="soft">
                    {t('lines.since')} {at(trunk.since)}
                  </span>
                )}
              </span>
              <span className="num">{t('lines.usedOf', { used: trunk.calls, all: trunk.channels })}</span>
            </div>
            <Strip
              size="small"
              channels={trunk.channels}
              calls={counted(trunk.calls)}
              down={trunk.state === 'down'}
            />
          </li>
        ))}
        {health && (
          <li>
            <div className="row-top">
              <span>{t('today.phones')}</span>
              <Mark shape={gone.length === 0 ? 'good' : 'warn'}>
                {t('today.phonesOf', { reachable, all: health.phones.length })}
              </Mark>
            </div>
            {gone.length > 0 && (
              <div className="soft">{gone.map((phone) => names.number(phone.name)).join(', ')}</div>
            )}
          </li>
        )}
      </ul>
    </Panel>
  );
}

/** The report counts calls without naming them. */
const counted = (calls: number): Record<string, CellPhase> =>
  Object.fromEntries(Array.from({ length: calls }, (_, i) => [String(i), 'talking' as const]));
