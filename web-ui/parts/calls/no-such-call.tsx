/** Stands where a call should be and is not. */
import { Refusal } from '../../live/ask.ts';
import { useWords } from '../door/context.ts';
import { Trouble } from '../show/trouble.tsx';

export function NoSuchCall({ error, retry }: { error: Error; retry: () => void }) {
  const { t } = useWords();
  if (!(error instanceof Refusal) || error.problem.code !== 'not-found') {
    return <Trouble error={error} retry={retry} />;
  }
  return (
    <div className="page" data-testid="no-such-call">
      <h1>{t('call.notFound')}</h1>
      <p>{t('call.notFoundNext')}</p>
    </div>
  );
}
