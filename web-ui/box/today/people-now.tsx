/** Each agent with state and how long it has been so. */
import type { LiveAgent } from '@branchline/contracts/live';
import { AgentMark } from '../../parts/calls/marks.tsx';
import { useWords } from '../../parts/door/context.ts';
import { Stopwatch } from '../../parts/show/age.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import '../../parts/show/rows.css';

export function PeopleNow({ agents }: { agents: Readonly<Record<string, LiveAgent>> }) {
  const { t, text } = useWords();
  const all = Object.values(agents);
  return (
    <Panel title={t('today.people')} to="/queues" testId="people">
      {all.length === 0 && <Empty>{t('today.noPeople')}</Empty>}
      <ul className="rows">
        {all.map((agent) => (
          <li
            key={agent.id}
            className="row-top"
            data-testid="agent"
            data-id={agent.id}
            data-state={agent.state}
          >
            <span>
              {text(agent.name)} <span className="soft">{agent.extension}</span>
            </span>
            <span className="nowrap">
              <AgentMark state={agent.state} /> <Stopwatch since={agent.since} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
