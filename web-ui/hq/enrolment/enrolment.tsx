/** Boxes that come in: those that wait, those that are expected, and the claim. */
import { enrolmentRoutes, type ExpectedBox, type WaitingBox } from '@branchline/contracts/http/enrolment';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { ClaimForm } from './claim-form.tsx';

/** How often the list is asked for again, ms: a box asks every five seconds. */
const AGAIN_MS = 5_000;

export default function EnrolmentPage() {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: ['enrolment'],
    queryFn: ({ signal }) => ask(enrolmentRoutes.enrolment, { signal }),
    refetchInterval: AGAIN_MS,
  });
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['enrolment'] });
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Empty>{t('page.loading')}</Empty>;
  const { waiting, expected } = asked.data;
  return (
    <div className="page">
      <h1>{t('enrolment.title')}</h1>
      <Panel title={t('enrolment.waiting')} aside={waiting.length} testId="waiting">
        {waiting.length === 0 ? <Empty>{t('enrolment.none')}</Empty> : <Waiting boxes={waiting} />}
      </Panel>
      <ClaimForm done={again} />
      <Panel title={t('enrolment.expected')} aside={expected.length} testId="expected">
        {expected.length === 0 ? (
          <Empty>{t('enrolment.noneExpected')}</Empty>
        ) : (
          <Expected boxes={expected} done={again} />
        )}
      </Panel>
    </div>
  );
}

function Waiting({ boxes }: { boxes: readonly WaitingBox[] }) {
  const { t } = useWords();
  const columns: readonly Column<WaitingBox>[] = [
    {
      key: 'handle',
      title: t('enrolment.handle'),
      cell: ({ handle }) => <code>{handle}…</code>,
      small: 'head',
    },
    { key: 'serial', title: t('enrolment.serial'), cell: ({ serial }) => serial || '–' },
    {
      key: 'model',
      title: t('enrolment.model'),
      cell: ({ vendor, product }) => `${vendor} ${product}`.trim() || '–',
    },
    { key: 'version', title: t('enrolment.version'), cell: ({ version }) => version },
    { key: 'address', title: t('enrolment.address'), cell: ({ address }) => address },
    { key: 'since', title: t('enrolment.since'), cell: ({ since }) => <Moment at={since} /> },
  ];
  return (
    <Table
      label={t('enrolment.waiting')}
      columns={columns}
      rows={boxes}
      rowKey={({ handle, serial }) => `${handle} ${serial}`}
      rowTestId="waiting-box"
    />
  );
}

function Expected({ boxes, done }: { boxes: readonly ExpectedBox[]; done: () => Promise<void> }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const forget = useMutation({
    mutationFn: (serial: string) => ask(enrolmentRoutes.expectNoMore, { path: { serial } }),
    onSuccess: done,
  });
  const columns: readonly Column<ExpectedBox>[] = [
    { key: 'serial', title: t('enrolment.serial'), cell: ({ serial }) => serial, small: 'head' },
    { key: 'box', title: t('enrolment.branch'), cell: ({ box }) => box },
    { key: 'by', title: t('enrolment.by'), cell: ({ by }) => by },
    { key: 'at', title: t('enrolment.since'), cell: ({ at }) => <Moment at={at} /> },
    {
      key: 'forget',
      title: '',
      cell: ({ serial }) => (
        <button type="button" className="quiet" onClick={() => forget.mutate(serial)}>
          {t('enrolment.forget')}
        </button>
      ),
      small: 'corner',
    },
  ];
  return (
    <>
      {forget.error && <Trouble error={forget.error} />}
      <Table label={t('enrolment.expected')} columns={columns} rows={boxes} rowKey={({ serial }) => serial} />
    </>
  );
}
