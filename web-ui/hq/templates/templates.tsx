/** The templates as a tree: what is in force, how many branches go by which version. */
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { branchesOf, treeOf, type Row } from './tree.ts';
import { useTemplates } from './use-templates.ts';
import '../document/document.css';
import './templates.css';

export default function Templates() {
  const { t } = useWords();
  const asked = useTemplates();
  const rows = treeOf(asked.data?.templates ?? []);
  return (
    <div className="page">
      <h1>{t('templates.title')}</h1>
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isPending && <Empty>{t('page.loading')}</Empty>}
      {asked.data && rows.length === 0 && <Empty>{t('templates.none')}</Empty>}
      {rows.length > 0 && (
        <div className="panel">
          <Tree rows={rows} />
        </div>
      )}
      <NewTemplate />
    </div>
  );
}

function Tree({ rows }: { rows: readonly Row[] }) {
  const { t } = useWords();
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('templates.name'),
      small: 'head',
      cell: ({ template: { name }, depth }) => (
        <Link
          to={`/templates/${name}`}
          className="template-name"
          style={{ paddingLeft: `${depth * 1.2}rem` }}
        >
          {depth > 0 && <span aria-hidden="true">└ </span>}
          {name}
        </Link>
      ),
    },
    {
      key: 'branches',
      title: t('templates.beneath'),
      number: true,
      cell: ({ template }) => t('templates.branches', { count: branchesOf(template) }),
    },
    {
      key: 'inForce',
      title: t('templates.inForce'),
      cell: ({ template: { inForce, version } }) =>
        inForce === version ? (
          <Mark shape="good">{t('templates.version', { version: inForce })}</Mark>
        ) : (
          <Mark shape="note">
            {t('templates.version', { version: inForce })} · {t('templates.notOut', { version })}
          </Mark>
        ),
    },
    {
      key: 'by',
      title: t('templates.newest'),
      cell: ({ template: { author, reason } }) => t('documents.by', { author, reason }),
    },
    { key: 'at', title: '', small: 'corner', cell: ({ template: { at } }) => <Moment at={at} /> },
  ];
  return (
    <Table
      label={t('templates.title')}
      columns={columns}
      rows={rows}
      rowKey={({ template }) => template.name}
      rowTestId="template-row"
    />
  );
}

function NewTemplate() {
  const { t } = useWords();
  const go = useNavigate();
  const [name, setName] = useState('');
  return (
    <Panel title={t('templates.new')}>
      <form
        className="document-form"
        onSubmit={(event) => {
          event.preventDefault();
          void go(`/templates/${name}`);
        }}
      >
        <label>
          {t('templates.name')} <span className="soft">({t('templates.nameHint')})</span>{' '}
          <input
            className="mono"
            value={name}
            maxLength={40}
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            required
            onChange={(event) => setName(event.target.value)}
            data-testid="new-name"
          />
        </label>
        <div className="document-acts">
          <button type="submit" disabled={name === ''} data-testid="new-template">
            {t('templates.open')}
          </button>
        </div>
      </form>
    </Panel>
  );
}
