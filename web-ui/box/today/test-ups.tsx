/** Has a UPS test its battery. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useMutation } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Trouble } from '../../parts/show/trouble.tsx';

export function TestUps({ ups }: { ups: string }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const test = useMutation({ mutationFn: () => ask(consoleRoutes.testUps, { path: { ups }, body: {} }) });
  return (
    <>
      <button
        type="button"
        disabled={test.isPending}
        aria-label={t('power.testLabel', { ups })}
        onClick={() => test.mutate()}
        data-testid="test-ups"
      >
        {t('power.test')}
      </button>
      {test.isSuccess && (
        <span className="soft" role="status">
          {t('power.testing')}
        </span>
      )}
      {test.error && <Trouble error={test.error} />}
    </>
  );
}
