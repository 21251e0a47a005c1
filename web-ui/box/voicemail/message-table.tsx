/** The messages of one box, the newest first. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { pathOf } from '@branchline/contracts/http/route';
import type { voicemailMessage } from '@branchline/contracts/http/voicemail';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { z } from 'zod';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Moment } from '../../parts/show/age.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { stopwatch } from '../../parts/time.ts';

type Message = z.infer<typeof voicemailMessage>;

export function MessageTable({ label, messages }: { label: string; messages: readonly Message[] }) {
  const { t } = useWords();
  const names = useNames();
  const columns: Column<Message>[] = [
    {
      key: 'state',
      title: t('voicemail.state'),
      small: 'corner',
      cell: ({ heardAt }) => (
        <Mark shape={heardAt === null ? 'warn' : 'good'}>
          {t(heardAt === null ? 'voicemail.new' : 'voicemail.heard')}
        </Mark>
      ),
    },
    { key: 'from', title: t('voicemail.from'), small: 'head', cell: ({ from }) => names.number(from) },
    { key: 'at', title: t('voicemail.at'), cell: ({ at }) => <Moment at={at} /> },
    {
      key: 'length',
      title: t('voicemail.length'),
      number: true,
      cell: ({ durationMs }) => stopwatch(durationMs),
    },
    {
      key: 'listen',
      title: t('voicemail.listen'),
      small: 'whole',
      cell: ({ box, message }) => (
        <audio
          controls
          preload="none"
          src={pathOf(consoleRoutes.voicemailAudio.path, { box, message })}
          aria-label={t('voicemail.listen')}
          data-testid="voicemail-audio"
        />
      ),
    },
    {
      key: 'call',
      title: t('voicemail.call'),
      small: 'bare',
      cell: ({ call }) => <Link to={`/calls/${encodeURIComponent(call)}`}>{t('voicemail.call')}</Link>,
    },
    { key: 'do', title: '', small: 'whole', cell: (message) => <Deeds message={message} /> },
  ];
  return (
    <Table
      label={label}
      columns={columns}
      rows={messages}
      rowKey={({ message }) => message}
      rowTestId="voicemail-message"
      rowClass={({ heardAt }) => (heardAt === null ? 'voicemail-new' : '')}
    />
  );
}

/** What is deleted is gone, so it is asked for twice. */
function Deeds({ message: { box, message, heardAt } }: { message: Message }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [sure, setSure] = useState(false);
  const path = { box, message };
  const remove = useMutation({ mutationFn: () => ask(consoleRoutes.deleteVoicemail, { path }) });
  const renew = useMutation({
    mutationFn: () => ask(consoleRoutes.markVoicemail, { path, body: { heard: false } }),
  });
  const error = remove.error ?? renew.error;
  return (
    <span className="voicemail-deeds">
      {heardAt !== null && !sure && (
        <button type="button" className="quiet" onClick={() => renew.mutate()}>
          {t('voicemail.markNew')}
        </button>
      )}
      <button
        type="button"
        className="quiet"
        disabled={remove.isPending}
        onClick={() => (sure ? remove.mutate() : setSure(true))}
        data-testid="voicemail-delete"
      >
        {t(sure ? 'voicemail.removeSure' : 'voicemail.remove')}
      </button>
      {sure && (
        <button type="button" className="quiet" onClick={() => setSure(false)}>
          {t('voicemail.keep')}
        </button>
      )}
      {error && <Trouble error={error} />}
    </span>
  );
}
