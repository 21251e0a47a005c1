/** One branch's continuity on its page: who answers and why, what has happened, what a person may order, a drill. */
import type { BranchContinuity, ContinuityStepShown } from '@branchline/contracts/http/continuity';
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { BeginDrill } from './begin-drill.tsx';
import { ContinuityOrders } from './continuity-orders.tsx';
import { Answers, CarrierSays, ForwardedSays, partyWord, StandInSays, stepSays } from './continuity-says.tsx';
import { STATE_SHAPES, useBranchContinuity } from './use-continuity.ts';
import { WhoAnswers } from './who-answers.tsx';
import '../../parts/show/rows.css';
import './continuity.css';

export function BranchContinuityPanel({ box }: { box: string }) {
  const { t } = useWords();
  const asked = useBranchContinuity(box);
  if (asked.error)
    return (
      <Panel title={t('continuity.title')}>
        <Trouble error={asked.error} retry={() => void asked.refetch()} />
      </Panel>
    );
  const of = asked.data?.continuity;
  // A branch without a stand-in has nothing to show here.
  if (!asked.data || !of) return null;
  return (
    <Panel
      title={t('continuity.title')}
      aside={<Link to="/continuity">{t('continuity.whole')} →</Link>}
      testId="continuity"
    >
      <WhoAnswers of={of} />
      <Facts of={of} />
      <Story story={asked.data.story} />
      <ContinuityOrders of={of} done={async () => void (await asked.refetch())} />
      <BeginDrill box={box} />
    </Panel>
  );
}

function Facts({ of }: { of: BranchContinuity }) {
  const words = useWords();
  const { t } = words;
  const { state, because, since, move, order, wellSince } = of;
  return (
    <div className="continuity-facts">
      <p>
        {t('continuity.answersNow')}: <Answers of={of} />
      </p>
      <p>
        <Mark shape={STATE_SHAPES[state]} testId="continuity-state">
          {t(`continuity.state.${state}`)}
        </Mark>{' '}
        <span data-testid="continuity-why">{t(`continuity.ground.${because}`)}</span> <Moment at={since} />
      </p>
      {move && (
        <p>
          <Mark shape="busy">
            {t('continuity.moving', {
              to: partyWord(words, move.to),
              step: t(`continuity.step.${move.step}`),
            })}
          </Mark>
        </p>
      )}
      {of.rerouted.length > 0 && (
        <p>
          <Mark shape="warn" testId="rerouted">
            {t('continuity.rerouted', { numbers: of.rerouted.join(', ') })}
          </Mark>
        </p>
      )}
      {state === 'standing-in' && (
        <p>
          {t('continuity.provesFor', { span: { span: of.provesForS * 1_000 } })}
          {wellSince !== null && <> · {t('continuity.wellSince', { at: { at: wellSince } })}</>}
        </p>
      )}
      {order && (
        <p>
          {t('continuity.orderedBy', { who: order.who, at: { at: order.at } })} {order.note}
        </p>
      )}
      <p>
        {t('continuity.standIn')}: <StandInSays of={of} />
      </p>
      <p>
        {t('continuity.promise')}: <CarrierSays of={of.carrier} />
      </p>
      {of.forwarded.map((line) => (
        <p key={line.number} data-testid="forwarded" data-state={line.state}>
          <ForwardedSays of={line} />
        </p>
      ))}
    </div>
  );
}

/** So many steps at first; a drill's report has all of its own. */
const SHOWN = 12;

function Story({ story }: { story: readonly ContinuityStepShown[] }) {
  const words = useWords();
  const newest = story.slice(-SHOWN).toReversed();
  return (
    <section>
      <h3 className="continuity-facts">{words.t('continuity.story')}</h3>
      {newest.length === 0 && <Empty>{words.t('continuity.noStory')}</Empty>}
      <ul className="rows" data-testid="continuity-story">
        {newest.map((step, index) => (
          <li key={`${step.at}-${index}`} data-what={step.what}>
            <div className="row-top">
              <span>{stepSays(words, step)}</span>
              <Moment at={step.at} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
