/** What stands when a page of ours has a fault: a sentence and a way on instead of a white screen. */
import { Component, type ReactNode } from 'react';
import { useWords } from './context.ts';

export class CrashGuard extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const { t } = useWords();
  return (
    <div className="trouble" role="alert">
      <p>
        <strong>{t('trouble.crashed')}</strong> {t('trouble.crashedNext')}
      </p>
      <p>
        <button type="button" onClick={() => location.reload()}>
          {t('line.reload')}
        </button>
      </p>
    </div>
  );
}
