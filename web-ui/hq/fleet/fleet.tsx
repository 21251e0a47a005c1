/** The fleet: a dense list, those who need help first. */
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useNow, useWords } from '../../parts/door/context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { say } from '../../words/say.ts';
import { useBranches } from '../use-branches.ts';
import { FleetBar } from './fleet-bar.tsx';
import { FleetTable } from './fleet-table.tsx';
import { fits, needsHelp, ordered, rowOf, SORTS, steady, type Sort } from './rank.ts';
import './fleet.css';

/** More rows than anybody reads at once are drawn when asked for. */
const PAGE = 200;
/** Ages move each second, the order need not. */
const ORDER_EVERY_MS = 5_000;

export function Fleet() {
  const { t } = useWords();
  const branches = useBranches();
  const beat = Math.floor(useNow() / ORDER_EVERY_MS) * ORDER_EVERY_MS;
  const [search, setSearch] = useSearchParams();
  const [held, setHeld] = useState(false);
  const [most, setMost] = useState(PAGE);
  const typed = search.get('find') ?? '';
  const sort = SORTS.find((one) => one === search.get('sort')) ?? 'help';
  const onlyTrouble = search.has('trouble');

  const rows = useMemo(() => (branches ?? []).map((box) => rowOf(box, beat)), [branches, beat]);
  const fitting = rows.filter((row) => fits(row, typed) && (!onlyTrouble || needsHelp(row)));
  const order = useSteadyOrder(
    ordered(fitting, sort).map((row) => row.box.box),
    held,
    `${sort} ${typed} ${onlyTrouble}`,
  );
  const byId = new Map(fitting.map((row) => [row.box.box, row]));
  const shown = order.slice(0, most).flatMap((id) => byId.get(id) ?? []);

  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  if (!branches) return <Empty>{t('page.loading')}</Empty>;
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('fleet.title')}</h1>
        <span className="soft" data-testid="fleet-count">
          {t('fleet.head', {
            count: { say: say('fleet.count', { count: rows.length }) },
            need: { say: say('fleet.needHelp', { count: rows.filter(needsHelp).length }) },
          })}
        </span>
      </div>
      <FleetBar
        typed={typed}
        onType={(value) => set('find', value)}
        sort={sort}
        onSort={(value: Sort) => set('sort', value === 'help' ? '' : value)}
        onlyTrouble={onlyTrouble}
        onOnlyTrouble={(value) => set('trouble', value ? '1' : '')}
      />
      {rows.length === 0 && <Empty>{t('fleet.none')}</Empty>}
      {rows.length > 0 && fitting.length === 0 && <Empty>{t('fleet.noMatch', { filter: typed })}</Empty>}
      {shown.length > 0 && (
        <div className="panel" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
          <FleetTable rows={shown} />
        </div>
      )}
      {order.length > shown.length && (
        <p>
          <button type="button" onClick={() => setMost(most + PAGE)}>
            {t('fleet.showMore', { count: Math.min(PAGE, order.length - shown.length) })}
          </button>{' '}
          <span className="soft">{t('fleet.shown', { shown: shown.length, all: order.length })}</span>
        </p>
      )}
    </div>
  );
}

/** A person who asks for another order or filter gets it at once, pointer or not. */
function useSteadyOrder(wanted: readonly string[], held: boolean, asked: string): readonly string[] {
  const [last, setLast] = useState({ order: wanted, asked });
  const order = steady(last.order, wanted, held && last.asked === asked);
  const same = order.length === last.order.length && order.every((id, index) => id === last.order[index]);
  if (!same || last.asked !== asked) setLast({ order, asked });
  return order;
}
