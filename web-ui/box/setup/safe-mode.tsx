/** Only while the service stands aside: since when, until when, and the button that lets it out. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useMutation } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useBox } from '../live.ts';

export function SafeMode() {
  const { t } = useWords();
  const { ask } = useDoor();
  const safe = useBox((state) => state?.health.now?.safeMode);
  const leave = useMutation({ mutationFn: () => ask(consoleRoutes.leaveSafeMode, { body: {} }) });
  if (!safe) return null;
  return (
    <Panel
      title={t('safeMode.title')}
      testId="safe-mode"
      aside={
        <button type="button" disabled={leave.isPending || leave.isSuccess} onClick={() => leave.mutate()}>
          {t(leave.isSuccess ? 'safeMode.leaving' : 'safeMode.leave')}
        </button>
      }
    >
      <p className="document-facts">
        <Mark shape="bad">{t('safeMode.is', { count: safe.starts })}</Mark>
        <Moment at={safe.since} />
        <span className="soft">{t('safeMode.until', { at: { at: safe.until } })}</span>
      </p>
      <p className="inner soft">{t('safeMode.hint')}</p>
      {leave.error && <Trouble error={leave.error} />}
    </Panel>
  );
}
