/** What a version of a template would do to each branch: those with faults first, then those that change. */
import type { TemplateEffect } from '@branchline/contracts/http/templates';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import { useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Changes } from '../document/changes.tsx';
import './templates.css';

/** The others are of the same kind, as a rule. */
const MOST_SHOWN = 30;

const errorsOf = ({ faults }: TemplateEffect): number =>
  faults.filter(({ severity }) => severity === 'error').length;

export function Effects({ branches }: { branches: readonly TemplateEffect[] }) {
  const { t } = useWords();
  const rank = (effect: TemplateEffect): number =>
    errorsOf(effect) > 0 ? 0 : effect.difference.length > 0 ? 1 : 2;
  const sorted = [...branches].sort((one, other) => rank(one) - rank(other));
  return (
    <section aria-label={t('templates.effect')} data-testid="effects">
      <h3 className="document-says">{t('templates.effect')}</h3>
      {sorted.slice(0, MOST_SHOWN).map((effect) => (
        <Effect key={effect.box} effect={effect} />
      ))}
      {sorted.length > MOST_SHOWN && (
        <p className="document-says soft">
          {t('templates.moreBranches', { count: sorted.length - MOST_SHOWN })}
        </p>
      )}
    </section>
  );
}

function Effect({ effect }: { effect: TemplateEffect }) {
  const { t } = useWords();
  const { box, difference, more, faults } = effect;
  const errors = errorsOf(effect);
  const says =
    difference.length === 0
      ? t('templates.noChange')
      : t('templates.fields', { count: difference.length + more });
  return (
    <details className="template-branch" open={errors > 0} data-testid="effect" data-id={box}>
      <summary>
        <Mark shape={errors > 0 ? 'bad' : difference.length > 0 ? 'note' : 'rest'}>{box}</Mark>{' '}
        <span className="soft">{says}</span>
      </summary>
      {errors > 0 && (
        <>
          <FaultList faults={faults} />
          <p className="document-says soft">
            {t('templates.givenBy', {
              layer: [...new Set(faults.map(layerName))].join(', ') || t('templates.own'),
            })}
          </p>
        </>
      )}
      {difference.length > 0 && <Changes changes={difference} />}
      {more > 0 && <p className="document-says soft">{t('templates.more', { count: more })}</p>}
    </details>
  );
}

const layerName = (fault: TemplateEffect['faults'][number]): string =>
  typeof fault['layer'] === 'string' ? fault['layer'] : '';
