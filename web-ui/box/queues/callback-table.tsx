/** Who is to be called back by a queue, since when he waits, and when the next call is. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveQueue } from '@branchline/contracts/live';
import { useMutation } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Table } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { stopwatch } from '../../parts/time.ts';

type Callback = LiveQueue['callbacks'][number];
const SHAPES = { waiting: 'note', calling: 'busy', paused: 'rest', closed: 'unknown' } as const;

export function Callbacks({ queue, now }: { queue: LiveQueue; now: number }) {
  const { t } = useWords();
  const names = useNames();
  const { ask } = useDoor();
  const cancel = useMutation({
    mutationFn: ({ callback }: Callback) => ask(consoleRoutes.cancelCallback, { path: { callback } }),
  });
  if (queue.callbacks.length === 0) return null;
  return (
    <div className="waiting" data-testid="callbacks">
      <h3>{t('queues.callbacks')}</h3>
      {cancel.error && (
        <div role="alert">
          <p className="empty">
            {t('queues.cancelFailed', { number: names.number(cancel.variables.number) })}
          </p>
          <Trouble error={cancel.error} />
        </div>
      )}
      <Table
        label={t('queues.callbacks')}
        rows={queue.callbacks}
        rowKey={({ callback }) => callback}
        rowTestId="callback"
        columns={[
          {
            key: 'customer',
            title: t('queues.customer'),
            small: 'head',
            cell: ({ number }) => names.number(number),
          },
          {
            key: 'next',
            title: t('queues.next'),
            cell: (callback) => (
              <Mark shape={SHAPES[callback.state]}>
                {callback.nextAt === null
                  ? t(`queues.callback.${callback.state}`)
                  : t('queues.callback.paused', { at: { at: callback.nextAt } })}
              </Mark>
            ),
          },
          { key: 'tries', title: t('queues.tries'), number: true, cell: ({ attempts }) => attempts },
          {
            key: 'waits',
            small: 'corner',
            title: t('queues.waits'),
            number: true,
            cell: ({ since }) => stopwatch(now - Date.parse(since)),
          },
          {
            key: 'cancel',
            title: '',
            cell: (callback) => (
              <button
                type="button"
                disabled={cancel.isPending}
                aria-label={t('queues.cancelLabel', { number: names.number(callback.number) })}
                onClick={() => cancel.mutate(callback)}
                data-testid="cancel-callback"
              >
                {t('queues.cancel')}
              </button>
            ),
          },
        ]}
      />
    </div>
  );
}
