/** Queues: who waits and why, and who could answer. */
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { useBox } from '../live.ts';
import { AgentTable } from './agent-table.tsx';
import { QueuePanel } from './queue-panel.tsx';
import './queues.css';

export default function Queues() {
  const { t } = useWords();
  const queues = useBox((state) => state?.queues);
  const agents = useBox((state) => state?.agents);
  const calls = useBox((state) => state?.calls);
  if (!queues || !agents || !calls) return <Empty>{t('page.loading')}</Empty>;
  const all = Object.values(queues);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('queues.title')}</h1>
        <Link className="button" to="/queues?wall" data-testid="open-wall">
          {t('queues.wall')}
        </Link>
      </div>
      {all.length === 0 && <Empty>{t('queues.none')}</Empty>}
      <div className="queues">
        {all.map((queue) => (
          <QueuePanel key={queue.id} queue={queue} />
        ))}
      </div>
      <AgentTable agents={agents} calls={calls} />
    </div>
  );
}
