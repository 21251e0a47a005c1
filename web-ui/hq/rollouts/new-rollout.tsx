/** A new rollout: what changes, where, in which waves and when; checked before it begins. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { rolloutRoutes } from '@branchline/contracts/http/rollouts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useWho, WhoForm } from '../document/who.tsx';
import { useBranches } from '../use-branches.ts';
import { useTemplate } from '../templates/use-templates.ts';
import { EMPTY, planOf, type PlanFields } from './plan.ts';
import { Preview } from './preview.tsx';
import { ChangeFields, HoursFields, WaveFields } from './plan-fields.tsx';
import '../document/document.css';
import './rollouts.css';

/** As the page of a template leads here: by its name, and the version that is to go out. */
function asAsked(wanted: URLSearchParams): PlanFields {
  const [template, version] = [wanted.get('template'), wanted.get('version')];
  if (template === null) return EMPTY;
  const kind = version === null ? 'assignment' : 'template';
  const name = version === null ? template : `${template} ${version}`;
  // Without a version branches are brought beneath it: which ones is to be said.
  return { ...EMPTY, kind, template, version: version ?? '', name, these: version === null ? '' : null };
}

/** Whom it goes to unless some are named. */
function allOf(
  kind: PlanFields['kind'],
  branches: readonly BoxSummary[],
  beneath: readonly { readonly box: string }[],
): string[] {
  const those = {
    document: branches.filter(({ documents }) => documents.version !== null),
    template: beneath,
    assignment: branches.filter(({ documents }) => documents.version !== null),
    // Of a release no document is needed.
    release: branches,
  }[kind];
  return those.map(({ box }) => box);
}

export default function NewRollout() {
  const { t } = useWords();
  const { ask } = useDoor();
  const go = useNavigate();
  const branches = useBranches();
  const [wanted] = useSearchParams();
  const [fields, setFields] = useState<PlanFields>(() => asAsked(wanted));
  const beneath = useTemplate(fields.kind === 'template' ? fields.template : '').data?.beneath;
  const all = allOf(fields.kind, branches ?? [], beneath ?? []);
  const set = (part: Partial<PlanFields>): void => setFields({ ...fields, ...part });
  const { fields: whoFields, set: setWho, who } = useWho();
  const plan = planOf(fields, all, Number(whoFields.seconds));
  const text = JSON.stringify(plan);
  const check = useMutation({
    mutationFn: (_: string) => {
      if (!plan) throw new Error('checked without a plan');
      return ask(rolloutRoutes.checkRollout, { body: plan });
    },
  });
  const start = useMutation({
    mutationFn: () => {
      if (!plan || !who) throw new Error('begun without a plan');
      const { reason } = who;
      return ask(rolloutRoutes.startRollout, { body: { ...plan, reason } });
    },
    onSuccess: ({ id }) => void go(`/rollouts/${id}`),
  });
  const checked = check.variables === text ? check.data : undefined;
  return (
    <div className="page">
      <p>
        <Link to="/rollouts">← {t('rollouts.back')}</Link>
      </p>
      <h1>{t('rollouts.new')}</h1>
      <WhoForm fields={whoFields} set={setWho} />
      <Panel title={t('rollouts.change')}>
        <ChangeFields fields={fields} set={set} all={all.length} />
      </Panel>
      <Panel title={t('rollouts.waves')}>
        <WaveFields fields={fields} set={set} />
      </Panel>
      <Panel title={t('rollouts.hours')}>
        <HoursFields fields={fields} set={set} />
      </Panel>
      <div className="document-acts">
        <button
          type="button"
          disabled={!plan || check.isPending}
          onClick={() => check.mutate(text)}
          data-testid="check"
        >
          {t(check.isPending ? 'rollouts.checking' : 'rollouts.check')}
        </button>
        <button
          type="button"
          className="main"
          disabled={!checked?.ok || !who || start.isPending}
          onClick={() => start.mutate()}
          data-testid="start"
        >
          {t(start.isPending ? 'rollouts.starting' : 'rollouts.start')}
        </button>
      </div>
      {checked?.ok && !who && <p className="soft">{t('documents.who')}</p>}
      <div aria-live="polite">
        {check.error && <Trouble error={check.error} />}
        {start.error && <Trouble error={start.error} />}
        {checked && <Preview preview={checked} />}
      </div>
    </div>
  );
}
