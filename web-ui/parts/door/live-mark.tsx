/** Whether what one sees is what is: 'Live', or how old it is. */
import { useSyncExternalStore } from 'react';
import { MarkShape } from '../show/mark.tsx';
import { useBrowserNow, useDoor, useWords } from './context.ts';
import './live-mark.css';

/** Milliseconds since the service was last heard, and how the line stands. */
export function useLine() {
  const { live } = useDoor();
  const now = useBrowserNow();
  const view = useSyncExternalStore(live.subscribe, live.view);
  const ageMs = view.heardAt === 0 ? 0 : Math.max(0, now - view.heardAt);
  return { line: view.line, ageMs };
}

export function LiveMark() {
  const { t } = useWords();
  const { line, ageMs } = useLine();
  const says = {
    live: t('line.live'),
    connecting: t('line.connecting'),
    lost: t('line.lost', { age: { span: ageMs } }),
    'not-understood': t('line.notUnderstood'),
  }[line];
  const shape = { live: 'good', connecting: 'unknown', lost: 'bad', 'not-understood': 'warn' } as const;
  return (
    <span className="live-mark" data-testid="live-mark" data-line={line} role="status">
      <MarkShape shape={shape[line]} /> {says}
    </span>
  );
}

/** Across the top of the page when its data is old. */
export function LineBanner() {
  const { t } = useWords();
  const { live } = useDoor();
  const { line, ageMs } = useLine();
  if (line === 'live' || line === 'connecting') return null;
  const lost = line === 'lost';
  return (
    <div className="line-banner" data-testid="line-banner">
      <span>{lost ? t('line.lostLong', { age: { span: ageMs } }) : t('line.notUnderstood')}</span>
      <button type="button" onClick={lost ? live.retry : () => location.reload()}>
        {t(lost ? 'line.retry' : 'line.reload')}
      </button>
    </div>
  );
}
