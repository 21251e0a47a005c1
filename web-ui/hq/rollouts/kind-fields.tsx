/** What a new rollout changes: fields, a version of a template, what branches stand beneath, or the software. */
import { releaseRoutes } from '@branchline/contracts/http/releases';
import { useQuery } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { useTemplates } from '../templates/use-templates.ts';
import type { PlanFields } from './plan.ts';

interface Props {
  readonly fields: PlanFields;
  readonly set: (part: Partial<PlanFields>) => void;
}

const KINDS = ['document', 'template', 'assignment', 'release'] as const;

export function KindFields({ fields, set }: Props) {
  const { t } = useWords();
  return (
    <>
      <select
        aria-label={t('rollouts.change')}
        value={fields.kind}
        onChange={(event) => set({ kind: event.target.value as PlanFields['kind'] })}
        data-testid="kind"
      >
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`templates.kind.${kind}`)}
          </option>
        ))}
      </select>
      {fields.kind === 'document' && <SetFields fields={fields} set={set} />}
      {fields.kind === 'release' && <ReleaseFields fields={fields} set={set} />}
      {(fields.kind === 'template' || fields.kind === 'assignment') && (
        <TemplateFields fields={fields} set={set} />
      )}
    </>
  );
}

function TemplateFields({ fields, set }: Props) {
  const { t } = useWords();
  const templates = useTemplates().data?.templates ?? [];
  const newest = templates.find(({ name }) => name === fields.template)?.version ?? 0;
  const choose = (name: string): void => {
    const found = templates.find((each) => each.name === name);
    set({ template: name, version: found ? String(found.version) : '' });
  };
  return (
    <div className="rollout-fields">
      <label>
        {t('templates.one')}
        <select
          value={fields.template}
          onChange={(event) => choose(event.target.value)}
          data-testid="template"
        >
          <option value="">
            {t(fields.kind === 'template' ? 'templates.choose' : 'templates.noneAtAll')}
          </option>
          {templates.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {fields.kind === 'template' ? (
        <label>
          {t('templates.whichVersion')}
          <input
            type="number"
            min={1}
            max={newest}
            value={fields.version}
            onChange={(event) => set({ version: event.target.value })}
            data-testid="version"
          />
        </label>
      ) : (
        <label>
          {t('templates.whichCounts')}
          <select
            value={fields.overrides}
            disabled={fields.template === ''}
            onChange={(event) => set({ overrides: event.target.value as PlanFields['overrides'] })}
            data-testid="overrides"
          >
            {(['keep', 'drop'] as const).map((each) => (
              <option key={each} value={each}>
                {t(`templates.overrides.${each}`)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

function ReleaseFields({ fields, set }: Props) {
  const { t } = useWords();
  const { ask } = useDoor();
  const kept = useQuery({
    queryKey: ['releases'],
    queryFn: ({ signal }) => ask(releaseRoutes.releases, { signal }),
  });
  const versions = [...new Set((kept.data?.releases ?? []).map(({ version }) => version))];
  return (
    <div className="rollout-fields">
      <label>
        {t('rollouts.whichRelease')}
        <select
          value={fields.release}
          onChange={(event) => set({ release: event.target.value })}
          data-testid="release"
        >
          <option value="">{t('templates.choose')}</option>
          {versions.map((version) => (
            <option key={version}>{version}</option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          checked={fields.back}
          onChange={(event) => set({ back: event.target.checked })}
        />
        {t('rollouts.goesBack')}
      </label>
    </div>
  );
}

function SetFields({ fields, set }: Props) {
  const { t } = useWords();
  const setRow = (index: number, row: Partial<PlanFields['set'][number]>): void =>
    set({ set: fields.set.map((each, at) => (at === index ? { ...each, ...row } : each)) });
  return (
    <>
      {fields.set.map(({ path, value }, index) => (
        <div className="rollout-fields" key={index}>
          <label>
            <span>
              {t('rollouts.fieldPath')} <span className="soft">({t('rollouts.fieldHint')})</span>
            </span>
            <input
              className="mono"
              value={path}
              spellCheck={false}
              onChange={(event) => setRow(index, { path: event.target.value })}
              data-testid="path"
            />
          </label>
          <label>
            <span>
              {t('rollouts.fieldValue')} <span className="soft">({t('rollouts.valueHint')})</span>
            </span>
            <input
              className="mono"
              value={value}
              spellCheck={false}
              onChange={(event) => setRow(index, { value: event.target.value })}
              data-testid="value"
            />
          </label>
        </div>
      ))}
      <button
        type="button"
        className="quiet"
        onClick={() => set({ set: [...fields.set, { path: '', value: '' }] })}
      >
        {t('rollouts.addField')}
      </button>
    </>
  );
}
