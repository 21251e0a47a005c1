/** The wallboard: for a screen that hangs on a wall. Large, dark, without a mouse; Escape or the corner leads back. */
import type { LiveAgent, LiveQueue } from '@branchline/contracts/live';
import { useEffect } from 'react';
import { Link, useNavigate } from 'react-router';
import { AgentMark } from '../../parts/calls/marks.tsx';
import { useNow, useWords } from '../../parts/door/context.ts';
import { LiveMark } from '../../parts/door/live-mark.tsx';
import { factsOfLive } from '../../parts/sentence/facts.ts';
import { sentence } from '../../parts/sentence/sentence.ts';
import { Stopwatch } from '../../parts/show/age.tsx';
import { Mark, MarkShape } from '../../parts/show/mark.tsx';
import { stopwatch, wall } from '../../parts/time.ts';
import { useBoxState } from '../live.ts';
import { levelTone, oldest, waitTone } from './figures.ts';
import './wall.css';

export default function Wall() {
  const words = useWords();
  const state = useBoxState();
  const now = useNow();
  useEscape('/queues');
  const told = sentence(state ? factsOfLive(state) : undefined, now);
  return (
    <main className="wall" data-testid="wall">
      <header>
        <h1 className={`is-${told.tone}`}>
          <MarkShape shape={told.tone} /> {words.say(told.says)}
        </h1>
        <span className="wall-time">
          {wall(now, words.zone).time.slice(0, 5)} <LiveMark />
        </span>
      </header>
      <div className="wall-queues">
        {Object.values(state?.queues ?? {}).map((queue) => (
          <WallQueue key={queue.id} queue={queue} now={now} />
        ))}
      </div>
      <ul className="wall-agents">
        {Object.values(state?.agents ?? {}).map((agent) => (
          <WallAgent key={agent.id} agent={agent} />
        ))}
      </ul>
      <Link className="wall-leave" to="/queues">
        {words.t('queues.leaveWall')}
      </Link>
    </main>
  );
}

function useEscape(to: string): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') void navigate(to);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, to]);
}

function WallQueue({ queue, now }: { queue: LiveQueue; now: number }) {
  const { t } = useWords();
  const since = oldest(queue);
  const tone = waitTone(since, queue.serviceLevelGoal.withinMs, now);
  const level = queue.today.serviceLevel;
  return (
    <section className={`wall-queue is-${tone}`}>
      <h2>{queue.id}</h2>
      <p className="wall-big">{queue.waiting.length}</p>
      <p className="wall-what">
        {since === undefined ? (
          t('queues.nobodyWaiting')
        ) : (
          <>
            {t('queues.waiting')} · {t('queues.longest')}{' '}
            <Mark shape={tone}>{stopwatch(now - Date.parse(since))}</Mark>
          </>
        )}
      </p>
      <dl>
        <div>
          <dt>{t('queues.ready')}</dt>
          <dd>
            {queue.agentsReady} / {queue.agentsSignedIn}
          </dd>
        </div>
        <div>
          <dt>{t('queues.serviceLevelShort', { within: { span: queue.serviceLevelGoal.withinMs } })}</dt>
          <dd>
            {level === null ? (
              '–'
            ) : (
              <Mark shape={levelTone(queue)}>{t('unit.percent', { n: Math.round(level) })}</Mark>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('queues.answered')}</dt>
          <dd>{queue.today.answered}</dd>
        </div>
        <div>
          <dt>{t('queues.abandoned')}</dt>
          <dd>{queue.today.abandoned}</dd>
        </div>
      </dl>
    </section>
  );
}

function WallAgent({ agent }: { agent: LiveAgent }) {
  const { text } = useWords();
  return (
    <li className={`is-${agent.state}`}>
      <strong>{text(agent.name)}</strong>
      <span>
        <AgentMark state={agent.state} /> <Stopwatch since={agent.since} />
      </span>
    </li>
  );
}
