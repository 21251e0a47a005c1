/** What went wrong with a request, and what to do next. */
import { Refusal } from '../../live/ask.ts';
import { useWords } from '../door/context.ts';
import { refusalWords } from './refusal-words.ts';

export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useWords();
  const { says, next, code } = refusalWords(error instanceof Refusal ? error.problem : undefined, words);
  return (
    <div className="trouble" role="alert" data-testid="trouble">
      <p>
        <strong>{says}</strong> {next}
      </p>
      <p className="soft">
        {retry && (
          <button type="button" onClick={retry}>
            {words.t('trouble.again')}
          </button>
        )}{' '}
        {words.t('trouble.code', { code })}
      </p>
    </div>
  );
}
