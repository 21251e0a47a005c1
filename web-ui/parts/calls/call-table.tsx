/** Calls as a dense list: one line each, leading to the call. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Speaker } from '../../words/speak.ts';
import { useWords } from '../door/context.ts';
import { useNames } from '../people-context.ts';
import { Table, type Column } from '../show/table.tsx';
import { stopwatch } from '../time.ts';
import { OutcomeMark } from './marks.tsx';
import { unrecorded } from './unrecorded.ts';

export type ListedCall = CallSummary & { readonly box?: string };

interface CallTableProps {
  readonly calls: readonly ListedCall[];
  readonly linkTo: (call: ListedCall) => string;
  /** Columns of this door alone; they stand after the start. */
  readonly more?: readonly Column<ListedCall>[];
}

export function CallTable({ calls, linkTo, more = [] }: CallTableProps) {
  const words = useWords();
  const names = useNames();
  const { t } = words;
  const columns: Column<ListedCall>[] = [
    {
      key: 'started',
      title: t('calls.started'),
      small: 'head',
      cell: (call) => (
        <Link to={linkTo(call)} data-testid="call-link">
          {words.at(call.startedAt)}
        </Link>
      ),
    },
    ...(calls.some(({ standIn }) => standIn)
      ? [
          {
            key: 'by',
            title: t('calls.handledBy'),
            small: 'bare' as const,
            cell: ({ standIn }: ListedCall) => standIn && <span className="soft">{t('calls.standIn')}</span>,
          },
        ]
      : []),
    ...more,
    {
      key: 'direction',
      title: t('calls.direction'),
      small: 'bare',
      cell: (call) => t(`direction.${call.direction}`),
    },
    { key: 'from', title: t('calls.from'), cell: (call) => names.party(call.from) },
    { key: 'to', title: t('calls.to'), cell: (call) => names.number(call.dialled) },
    { key: 'queue', title: t('calls.queue'), small: 'bare', cell: (call) => call.queue },
    { key: 'with', title: t('calls.with'), cell: (call) => names.parties(call.answeredBy) },
    { key: 'waited', title: t('calls.waited'), number: true, cell: (call) => spanOf(call.waitMs) },
    {
      key: 'talked',
      title: t('calls.talked'),
      number: true,
      cell: (call) => (call.answeredAt === null ? '' : spanOf(call.talkMs)),
    },
    {
      key: 'outcome',
      title: t('calls.outcome'),
      small: 'corner',
      cell: (call) => <OutcomeMark call={call} />,
    },
    {
      key: 'recording',
      title: t('calls.recording'),
      small: 'bare',
      cell: (call) => recordingCell(call, t),
    },
  ];
  return (
    <Table
      label={t('calls.title')}
      columns={columns}
      rows={calls}
      rowKey={(call) => `${call.box ?? ''}${call.id}`}
      rowTestId="call-row"
    />
  );
}

const spanOf = (ms: number | null): string => (ms === null ? '' : stopwatch(ms));

function recordingCell(call: CallSummary, t: Speaker['t']): ReactNode {
  if (call.recording !== null) return t('calls.kept');
  if (call.answeredAt === null) return '';
  const because = call.notRecordedBecause;
  return (
    <span className="soft" title={because === null ? undefined : unrecorded(because, t)}>
      {t('calls.notKept')}
    </span>
  );
}
