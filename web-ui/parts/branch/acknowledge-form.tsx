/** Says that somebody looks after an alarm, with a note. */
import type { LiveAlarm } from '@branchline/contracts/live';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../door/context.ts';
import { Trouble } from '../show/trouble.tsx';
import { entryOf } from './alarm-list.tsx';

interface AcknowledgeFormProps {
  readonly alarm: LiveAlarm;
  /** @param note undefined without one. */
  readonly tell: (note: string | undefined) => Promise<unknown>;
  /** Stands in the place of the form when it was told; the alarm itself says so where that is left out. */
  readonly told?: string;
}

export function AcknowledgeForm({ alarm, tell, told }: AcknowledgeFormProps) {
  const { t, text } = useWords();
  const [note, setNote] = useState('');
  const order = useMutation({ mutationFn: () => tell(note.trim() === '' ? undefined : note.trim()) });
  const entry = entryOf(alarm.code);
  const title = entry ? text(entry.title) : alarm.code;
  if (order.isSuccess && told !== undefined)
    return (
      <p className="soft" role="status" data-testid="acknowledge-told">
        {told}
      </p>
    );
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
