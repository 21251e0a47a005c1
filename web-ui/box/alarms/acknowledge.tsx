/** Says that somebody looks after an alarm. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveAlarm } from '@branchline/contracts/live';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { entryOf } from '../../parts/branch/alarm-list.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Trouble } from '../../parts/show/trouble.tsx';

export function Acknowledge({ alarm }: { alarm: LiveAlarm }) {
  const { t, text } = useWords();
  const { ask } = useDoor();
  const [note, setNote] = useState('');
  const order = useMutation({
    mutationFn: () =>
      ask(consoleRoutes.acknowledgeAlarm, {
        path: { alarm: alarm.id },
        body: note.trim() === '' ? {} : { note },
      }),
  });
  const entry = entryOf(alarm.code);
  const title = entry ? text(entry.title) : alarm.code;
  return (
    <form
      className="alarm-actions"
      onSubmit={(event) => {
        event.preventDefault();
        order.mutate();
      }}
    >
      {order.error && (
        <div role="alert">
          <p className="empty">{t('alarms.failed')}</p>
          <Trouble error={order.error} />
        </div>
      )}
      <input
        value={note}
        maxLength={200}
        placeholder={t('alarms.noteHint')}
        aria-label={t('alarms.note')}
        onChange={(event) => setNote(event.target.value)}
      />
      <button
        type="submit"
        disabled={order.isPending}
        aria-label={t('alarms.acknowledgeLabel', { title, subject: alarm.subject })}
        data-testid="acknowledge"
      >
        {t(order.isPending ? 'alarms.acknowledging' : 'alarms.acknowledge')}
      </button>
    </form>
  );
}
