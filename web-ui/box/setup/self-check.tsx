/** How the last check of the box by itself went, line by line, and a button that begins one. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { SelfCheckStanding } from '@branchline/contracts/http/self-check';
import { subjectOf, type SelfCheckLine, type SelfCheckRun } from '@branchline/contracts/self-check';
import { checkName, checkReason } from '@branchline/contracts/self-check-words';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDoor, useLook, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark, type Shape } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';

const KEY = ['self-check'];
/** While one goes on, and otherwise. */
const [SOON_MS, SELDOM_MS] = [1_000, 60_000];
const SHAPES: Readonly<Record<SelfCheckLine['result'], Shape>> = {
  passed: 'good',
  failed: 'bad',
  'not-done': 'unknown',
};

export function SelfCheck() {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask(consoleRoutes.selfCheck, { signal }),
    refetchInterval: ({ state }) => (state.data?.running ? SOON_MS : SELDOM_MS),
  });
  const run = useMutation({
    mutationFn: () => ask(consoleRoutes.runSelfCheck, { body: {} }),
    onSuccess: (standing) => queries.setQueryData(KEY, standing),
  });
  const standing = asked.data;
  return (
    <Panel
      title={t('selfCheck.title')}
      testId="self-check"
      aside={
        <button
          type="button"
          disabled={run.isPending || !standing || standing.running !== null}
          onClick={() => run.mutate()}
          data-testid="self-check-now"
        >
          {t('selfCheck.now')}
        </button>
      }
    >
      <p className="inner soft">{t('selfCheck.hint')}</p>
      {run.error && <Trouble error={run.error} />}
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {asked.isPending && <Empty>{t('page.loading')}</Empty>}
      {standing && <Standing standing={standing} />}
    </Panel>
  );
}

function Standing({ standing: { running, last, next } }: { standing: SelfCheckStanding }) {
  const { t } = useWords();
  const { language } = useLook();
  const shown = running ?? last;
  return (
    <>
      <p className="document-facts" role="status">
        {running && (
          <Mark shape="busy" testId="self-check-running">
            {running.now === null
              ? t('selfCheck.waiting')
              : t('selfCheck.running', { now: checkName(running.now, language), count: running.left })}
          </Mark>
        )}
        {!running && last && (
          <span>
            {t('selfCheck.last')} <Moment at={last.endedAt ?? last.startedAt} />
          </span>
        )}
        {!running && !last && <span>{t('selfCheck.never')}</span>}
        {next !== null && <span className="soft">{t('selfCheck.next', { at: { at: next } })}</span>}
        {next === null && <span className="soft">{t('selfCheck.none')}</span>}
      </p>
      {shown && shown.lines.length > 0 && <Lines run={shown} />}
    </>
  );
}

function Lines({ run }: { run: SelfCheckRun }) {
  const { t, span } = useWords();
  const { language } = useLook();
  return (
    <Table
      label={t('selfCheck.title')}
      rows={run.lines}
      rowKey={subjectOf}
      rowTestId="self-check-line"
      columns={[
        {
          key: 'check',
          title: t('selfCheck.check'),
          small: 'head',
          cell: (line) => checkName(line, language),
        },
        {
          key: 'result',
          title: t('selfCheck.result'),
          small: 'corner',
          cell: ({ result }) => <Mark shape={SHAPES[result]}>{t(`selfCheck.is.${result}`)}</Mark>,
        },
        {
          key: 'why',
          title: t('selfCheck.why'),
          small: 'whole',
          cell: (line) => (line.result === 'passed' ? '' : checkReason(line, language)),
        },
        { key: 'took', title: t('selfCheck.took'), number: true, cell: ({ tookMs }) => span(tookMs) },
      ]}
    />
  );
}
