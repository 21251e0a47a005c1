/** Who is told of alarms, what waits to be sent, and what was sent lately. */
import type { NoticeBook } from '@branchline/contracts/http/alarms';
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveAlarm } from '@branchline/contracts/live';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Title } from '../../parts/branch/alarm-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { useSaid } from '../../parts/show/said.ts';
import { Table } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';

type Way = NoticeBook['ways'][number];
type Past = NoticeBook['past'][number];
type Waiting = NoticeBook['waiting'][number];

/** A notice goes some seconds after its alarm has come: what is shown is asked for again in this rhythm, ms. */
const AGAIN_MS = 10_000;

export function Notices({ alarms }: { alarms: readonly LiveAlarm[] }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['notices', alarms.map(({ id }) => id)],
    queryFn: ({ signal }) => ask(consoleRoutes.notices, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
  const book = asked.data;
  return (
    <Panel title={t('alarms.notices')} testId="notices">
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {book?.ways.length === 0 && <Empty>{t('alarms.noWays')}</Empty>}
      {book !== undefined && book.ways.length > 0 && (
        <>
          <Ways ways={book.ways} />
          {book.waiting.length > 0 && <WaitingTable waiting={book.waiting} />}
          {book.past.length === 0 ? <Empty>{t('alarms.noPast')}</Empty> : <PastTable past={book.past} />}
        </>
      )}
    </Panel>
  );
}

function Ways({ ways }: { ways: readonly Way[] }) {
  const { t } = useWords();
  return (
    <Table
      label={t('alarms.ways')}
      rows={ways}
      rowKey={({ name }) => name}
      rowTestId="way"
      columns={[
        { key: 'name', title: t('alarms.way'), small: 'head', cell: ({ name }) => name },
        { key: 'to', title: t('alarms.to'), cell: ({ kind, to }) => `${t(`alarms.kind.${kind}`)} · ${to}` },
        {
          key: 'state',
          title: t('alarms.state'),
          small: 'corner',
          cell: ({ failing, gathered }) => (
            <>
              <Mark shape={failing ? 'bad' : 'good'}>{t(failing ? 'alarms.fails' : 'alarms.works')}</Mark>{' '}
              {gathered > 0 && <span className="soft">{t('alarms.gathered', { count: gathered })}</span>}
            </>
          ),
        },
      ]}
    />
  );
}

function WaitingTable({ waiting }: { waiting: readonly Waiting[] }) {
  const { t, at } = useWords();
  const said = useSaid();
  return (
    <>
      <h3 className="empty">{t('alarms.waiting')}</h3>
      <Table
        label={t('alarms.waiting')}
        rows={waiting}
        rowKey={({ id }) => id}
        rowTestId="waiting-notice"
        columns={[
          {
            key: 'about',
            title: t('alarms.about'),
            small: 'head',
            cell: (message) => <About message={message} />,
          },
          { key: 'way', title: t('alarms.way'), cell: ({ way }) => way },
          { key: 'tries', title: t('alarms.tries'), number: true, cell: ({ tries }) => tries },
          {
            key: 'next',
            title: t('alarms.state'),
            cell: ({ detail, nextAt }) =>
              detail === null ? '' : `${said(detail)} · ${t('alarms.nextTry', { at: at(nextAt) })}`,
          },
        ]}
      />
    </>
  );
}

function PastTable({ past }: { past: readonly Past[] }) {
  const { t, at } = useWords();
  const said = useSaid();
  return (
    <>
      <h3 className="empty">{t('alarms.past')}</h3>
      <Table
        label={t('alarms.past')}
        rows={past.slice(0, 20)}
        rowKey={({ id }) => id}
        rowTestId="past-notice"
        columns={[
          {
            key: 'about',
            title: t('alarms.about'),
            small: 'head',
            cell: (message) => <About message={message} />,
          },
          { key: 'way', title: t('alarms.way'), cell: ({ way }) => way },
          {
            key: 'sent',
            title: t('alarms.sentAt'),
            cell: ({ endedAt, taken, detail }) =>
              taken ? (
                at(endedAt)
              ) : (
                <Mark shape="bad">{t('alarms.givenUp', { detail: said(detail ?? '') })}</Mark>
              ),
          },
          { key: 'tries', title: t('alarms.tries'), number: true, cell: ({ tries }) => tries },
        ]}
      />
    </>
  );
}

function About({ message: { notices } }: { message: Pick<Past, 'notices'> }) {
  const { t } = useWords();
  const [first, ...more] = notices;
  if (!first) return null;
  return (
    <>
      {t(`alarms.told.${first.kind}`)}: <Title alarm={first.alarm} />{' '}
      {more.length > 0 && <span className="soft">{t('alarms.more', { count: more.length })}</span>}
    </>
  );
}
