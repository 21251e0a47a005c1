/** Where each value of a branch's document comes from: which layer gives it, what it stands in place of, and back to the template. */
import { templateRoutes, type FieldOrigin } from '@branchline/contracts/http/templates';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { Value } from './changes.tsx';
import type { Who } from './use-documents.ts';
import '../templates/templates.css';

interface Props {
  readonly box: string;
  readonly newest: number;
  readonly who: Who | undefined;
  readonly done: () => Promise<void>;
}

const VIEWS = ['onlyOver', 'onlyOwn', 'all'] as const;
type View = (typeof VIEWS)[number];

const isIn = (view: View, { layer, over }: FieldOrigin): boolean =>
  view === 'all' || (layer === null && (view === 'onlyOwn' || over.length > 0));

export function Origins({ box, newest, who, done }: Props) {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const [view, setView] = useState<View>('onlyOver');
  const asked = useQuery({
    queryKey: ['origins', box, newest],
    queryFn: ({ signal }) => ask(templateRoutes.documentOrigins, { path: { box }, signal }),
  });
  const inherit = useMutation({
    mutationFn: (path: string[]) =>
      ask(templateRoutes.inheritFields, { path: { box }, body: { paths: [path], ...who, after: newest } }),
    onSuccess: async () => {
      await done();
      await queries.invalidateQueries({ queryKey: ['origins', box] });
    },
  });
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  const { composition, fields = [] } = asked.data ?? {};
  if (!composition)
    return (
      <Panel title={t('templates.origins')} testId="origins">
        <Empty>{t(asked.data ? 'templates.noTemplate' : 'page.loading')}</Empty>
      </Panel>
    );
  const layers = composition.uses.map(({ template }) => template);
  return (
    <Panel title={t('templates.origins')} testId="origins">
      <div className="layers" aria-label={t('templates.layers')}>
        {composition.uses.map(({ template, version }) => (
          <Layer key={template} name={template} version={version} layers={layers} />
        ))}
        <Layer name={null} version={newest} layers={layers} />
      </div>
      <div className="document-form">
        <select
          aria-label={t('templates.show')}
          value={view}
          onChange={(event) => setView(event.target.value as View)}
          data-testid="origins-view"
        >
          {VIEWS.map((each) => (
            <option key={each} value={each}>
              {t(`templates.${each}`, { count: fields.filter((field) => isIn(each, field)).length })}
            </option>
          ))}
        </select>
        {!who && <p className="soft">{t('documents.who')}</p>}
      </div>
      {inherit.error && <Trouble error={inherit.error} />}
      {inherit.data && !inherit.data.ok && <FaultList faults={inherit.data.faults} />}
      <Fields
        fields={fields.filter((field) => isIn(view, field))}
        layers={layers}
        inherit={who && !inherit.isPending ? (path) => inherit.mutate(path) : undefined}
      />
    </Panel>
  );
}

interface FieldsProps {
  readonly fields: readonly FieldOrigin[];
  readonly layers: readonly string[];
  readonly inherit: ((path: string[]) => void) | undefined;
}

function Fields({ fields, layers, inherit }: FieldsProps) {
  const { t } = useWords();
  const columns: Column<FieldOrigin>[] = [
    {
      key: 'field',
      title: t('documents.field'),
      small: 'head',
      cell: ({ path }) => <code>{path.join(' › ')}</code>,
    },
    {
      key: 'value',
      title: t('templates.value'),
      cell: ({ value, removed }) =>
        removed ? <span className="soft">{t('templates.removed')}</span> : <Value of={value} />,
    },
    {
      key: 'from',
      title: t('templates.from'),
      cell: ({ layer, version }) => <Layer name={layer} version={version} layers={layers} />,
    },
    {
      key: 'over',
      title: t('templates.insteadOf'),
      width: '22%',
      cell: ({ over }) => {
        const [nearest] = over;
        return (
          nearest && (
            <>
              <Value of={nearest.value} />
              <Layer name={nearest.layer} version={nearest.version} layers={layers} />
            </>
          )
        );
      },
    },
    {
      key: 'act',
      title: '',
      small: 'whole',
      cell: ({ path, layer, over }) =>
        layer === null &&
        over.length > 0 && (
          <button
            type="button"
            className="quiet"
            disabled={!inherit}
            onClick={() => inherit?.(path)}
            data-testid="inherit"
          >
            {t('templates.inherit')}
          </button>
        ),
    },
  ];
  if (fields.length === 0) return <Empty>{t('documents.noDifference')}</Empty>;
  return (
    <Table
      label={t('templates.origins')}
      columns={columns}
      rows={fields}
      rowKey={({ path }) => JSON.stringify(path)}
      rowTestId="origin"
    />
  );
}

/** The mark tells how far up it is; the name says which it is. */
function Layer({
  name,
  version,
  layers,
}: {
  name: string | null;
  version: number;
  layers: readonly string[];
}) {
  const { t } = useWords();
  if (name === null) return <span className="layer is-own">{t('templates.own')}</span>;
  const depth = Math.min(3, layers.indexOf(name));
  return (
    <span className={`layer is-${depth}`}>
      <Link to={`/templates/${name}`}>{name}</Link>
      <span className="soft">{t('templates.version', { version })}</span>
    </span>
  );
}
