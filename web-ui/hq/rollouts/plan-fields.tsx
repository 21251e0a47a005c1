/** The fields of a new rollout: the change and the branches; the waves; the hours. */
import { useWords } from '../../parts/door/context.ts';
import { KindFields } from './kind-fields.tsx';
import type { PlanFields } from './plan.ts';

interface Props {
  readonly fields: PlanFields;
  readonly set: (part: Partial<PlanFields>) => void;
}

export function ChangeFields({ fields, set, all }: Props & { readonly all: number }) {
  const { t } = useWords();
  return (
    <div className="document-form">
      <label>
        {t('rollouts.name')}{' '}
        <input
          value={fields.name}
          maxLength={80}
          onChange={(event) => set({ name: event.target.value })}
          data-testid="name"
        />
      </label>
      <KindFields fields={fields} set={set} />
      <fieldset className="document-form">
        <legend>{t('rollouts.boxes')}</legend>
        <label className="rollout-choice">
          <input type="radio" checked={fields.these === null} onChange={() => set({ these: null })} />
          {t(ALL[fields.kind], { count: all })}
        </label>
        <label className="rollout-choice">
          <input type="radio" checked={fields.these !== null} onChange={() => set({ these: '' })} />
          {t('rollouts.theseBoxes')}
        </label>
        {fields.these !== null && (
          <textarea
            aria-label={t('rollouts.names')}
            placeholder={t('rollouts.names')}
            value={fields.these}
            onChange={(event) => set({ these: event.target.value })}
          />
        )}
      </fieldset>
    </div>
  );
}

const ALL = {
  document: 'rollouts.allBoxes',
  assignment: 'rollouts.allBoxes',
  template: 'templates.allBeneath',
  release: 'rollouts.everyBox',
} as const;

export function WaveFields({ fields, set }: Props) {
  const { t } = useWords();
  return (
    <div className="document-form">
      <label>
        {t('rollouts.pilots')}{' '}
        <input
          value={fields.pilots}
          placeholder={t('rollouts.names')}
          spellCheck={false}
          onChange={(event) => set({ pilots: event.target.value })}
          data-testid="pilots"
        />
      </label>
      <label className="rollout-choice">
        <input
          type="checkbox"
          checked={fields.canary}
          data-testid="canary"
          onChange={(event) => set({ canary: event.target.checked })}
        />
        {t('rollouts.canary')}
      </label>
      <label>
        {t('rollouts.shares')} <span className="soft">({t('rollouts.sharesHint')})</span>{' '}
        <input
          value={fields.shares}
          onChange={(event) => set({ shares: event.target.value })}
          data-testid="shares"
        />
      </label>
    </div>
  );
}

export function HoursFields({ fields, set }: Props) {
  const { t } = useWords();
  return (
    <div className="document-form">
      <select
        aria-label={t('rollouts.hours')}
        value={fields.hours}
        onChange={(event) => set({ hours: event.target.value as PlanFields['hours'] })}
        data-testid="hours"
      >
        {(['computed', 'stated', 'any'] as const).map((by) => (
          <option key={by} value={by}>
            {t(`rollouts.hoursBy.${by}`)}
          </option>
        ))}
      </select>
      {fields.hours === 'stated' && (
        <div className="rollout-choice">
          {(['from', 'to'] as const).map((end) => (
            <label key={end}>
              {t(`rollouts.${end}`)}{' '}
              <input
                type="time"
                value={fields[end]}
                onChange={(event) => set({ [end]: event.target.value })}
              />
            </label>
          ))}
        </div>
      )}
      <div className="rollout-fields">
        {(['soakMin', 'patienceMin', 'atOnce'] as const).map((field) => (
          <label key={field}>
            {t(`rollouts.${field}`)}
            <input
              type="number"
              min={field === 'patienceMin' ? 0 : 1}
              value={fields[field]}
              onChange={(event) => set({ [field]: event.target.value })}
              data-testid={field}
            />
          </label>
        ))}
      </div>
    </div>
  );
}
