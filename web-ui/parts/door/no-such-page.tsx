import { Link } from 'react-router';
import { useWords } from './context.ts';

export function NoSuchPage() {
  const { t } = useWords();
  return (
    <div className="page">
      <h1>{t('page.notFound')}</h1>
      <p>
        <Link to="/">{t('page.home')}</Link>
      </p>
    </div>
  );
}
