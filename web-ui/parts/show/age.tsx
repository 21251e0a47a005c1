/** A moment with its age beside it, and ages alone. */
import { useNow, useWords } from '../door/context.ts';
import { stopwatch } from '../time.ts';

/** '09:12 · 4 min ago'. */
export function Moment({ at }: { at: string }) {
  const now = useNow();
  const words = useWords();
  const ms = now - Date.parse(at);
  return (
    <time dateTime={at} className="moment">
      {words.at(at)}{' '}
      <span className="soft">
        {ms < 1_000 ? words.t('unit.now') : words.t('unit.ago', { age: { span: ms } })}
      </span>
    </time>
  );
}

/** '4 min': how old something is. */
export function Age({ of }: { of: string }) {
  const now = useNow();
  return <>{useWords().span(now - Date.parse(of))}</>;
}

/** '2:31', counting. */
export function Stopwatch({ since }: { since: string }) {
  const now = useNow();
  return <span className="num">{stopwatch(now - Date.parse(since))}</span>;
}
