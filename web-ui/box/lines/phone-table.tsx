/** The phones: whose each is, and whether it can be reached. */
import type { LivePhone } from '@branchline/contracts/live';
import { useState } from 'react';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table } from '../../parts/show/table.tsx';
import { fitting } from './fitting.ts';

export function PhoneTable({ phones }: { phones: Readonly<Record<string, LivePhone>> }) {
  const { t, text } = useWords();
  const [filter, setFilter] = useState('');
  const all = Object.values(phones);
  const shown = fitting(all, filter);
  const find = (
    <input
      type="search"
      value={filter}
      placeholder={t('lines.filter')}
      aria-label={t('lines.filter')}
      onChange={(event) => setFilter(event.target.value)}
    />
  );
  return (
    <Panel title={t('lines.phones')} aside={all.length > 8 ? find : undefined} testId="phones">
      {all.length === 0 && <Empty>{t('lines.noPhones')}</Empty>}
      {all.length > 0 && shown.length === 0 && <Empty>{t('lines.noMatch', { filter })}</Empty>}
      {shown.length > 0 && (
        <Table
          label={t('lines.phones')}
          rows={shown}
          rowKey={(phone) => phone.id}
          rowTestId="phone"
          columns={[
            { key: 'id', title: t('lines.phone'), small: 'head', cell: (phone) => phone.id },
            { key: 'extension', title: t('lines.extension'), cell: (phone) => phone.extension ?? '–' },
            {
              key: 'person',
              title: t('lines.person'),
              small: 'bare',
              cell: (phone) =>
                phone.person ? text(phone.person) : <span className="soft">{t('lines.nobody')}</span>,
            },
            { key: 'model', title: t('lines.model'), small: 'bare', cell: (phone) => phone.model },
            {
              key: 'state',
              title: t('lines.state'),
              small: 'corner',
              cell: (phone) => (
                <Mark
                  shape={phone.reachable ? 'good' : phone.extension === null ? 'unknown' : 'bad'}
                  testId="phone-state"
                >
                  {t(phone.reachable ? 'state.registered' : 'state.unregistered')}
                </Mark>
              ),
            },
            {
              key: 'since',
              title: t('trunk.since'),
              cell: (phone) => (phone.since === null ? '' : <Moment at={phone.since} />),
            },
          ]}
        />
      )}
    </Panel>
  );
}
