/** A document as it was written, with line numbers. */
import { useWords } from '../door/context.ts';
import './document-text.css';

export function DocumentText({ source }: { source: string }) {
  const { t } = useWords();
  return (
    <pre className="document-text" tabIndex={0} aria-label={t('setup.source')}>
      {source.split('\n').map((line, index) => (
        <span key={index} className="document-line">
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
