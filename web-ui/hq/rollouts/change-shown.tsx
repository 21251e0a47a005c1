/** What a rollout changes, in words: fields, a version of a template, what branches stand beneath, or the software. */
import type { RolloutChange } from '@branchline/contracts/fleet/rollouts';
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';

export function ChangeShown({ change }: { change: RolloutChange }) {
  const { t } = useWords();
  if (change.kind === 'template')
    return (
      <p data-testid="change">
        <Link to={`/templates/${change.template}`}>
          {t('templates.goBy', { template: change.template, version: change.version })}
        </Link>
      </p>
    );
  if (change.kind === 'release')
    return <p data-testid="change">{t('rollouts.runRelease', { version: change.version })}</p>;
  if (change.kind === 'assignment')
    return (
      <p data-testid="change">
        {change.template === null
          ? t('templates.beneathNone')
          : t('templates.comeBeneath', { template: change.template })}{' '}
        {change.template !== null && t(`templates.overrides.${change.overrides}`)}
      </p>
    );
  return (
    <ul className="rows" data-testid="change">
      {change.set.map(({ path, becomes }) => (
        <li key={path.join('/')}>
          <code>{path.join(' › ')}</code>{' '}
          {becomes === undefined ? (
            <span className="soft">{t('rollouts.takenOut')}</span>
          ) : (
            <code className="document-value">
              {typeof becomes === 'string' ? becomes : JSON.stringify(becomes)}
            </code>
          )}
        </li>
      ))}
    </ul>
  );
}
