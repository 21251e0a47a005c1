/** The agents: state, since when, with whom; a supervisor sets them ready, not ready or signed out. */
import { consoleRoutes, type agentOrder } from '@branchline/contracts/http/console';
import type { LiveAgent, LiveCall } from '@branchline/contracts/live';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { z } from 'zod';
import { AgentMark } from '../../parts/calls/marks.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { useNames } from '../../parts/people-context.ts';
import { Stopwatch } from '../../parts/show/age.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { orderInForce } from './orders.ts';

type Order = z.input<typeof agentOrder>['state'];
const ORDERS: readonly Order[] = ['ready', 'not-ready', 'signed-out'];

interface AgentTableProps {
  readonly agents: Readonly<Record<string, LiveAgent>>;
  readonly calls: Readonly<Record<string, LiveCall>>;
}

export function AgentTable({ agents, calls }: AgentTableProps) {
  const words = useWords();
  const { t, text } = words;
  const { ask } = useDoor();
  const order = useMutation({
    mutationFn: ({ agent, state }: { agent: LiveAgent; state: Order }) =>
      ask(consoleRoutes.orderAgent, { path: { agent: agent.id }, body: { state } }),
  });
  const all = Object.values(agents);
  return (
    <Panel title={t('queues.agents')} testId="agents">
      {all.length === 0 && <Empty>{t('queues.noAgents')}</Empty>}
      {order.error && (
        <div role="alert">
          <p className="empty">{t('queues.setFailed', { name: text(order.variables.agent.name) })}</p>
          <Trouble error={order.error} />
        </div>
      )}
      {all.length > 0 && (
        <Table
          label={t('queues.agents')}
          rows={all}
          rowKey={(agent) => agent.id}
          rowTestId="agent"
          columns={[
            {
              key: 'agent',
              title: t('queues.agent'),
              small: 'head',
              cell: (agent) => (
                <>
                  {text(agent.name)} <span className="soft">{agent.extension}</span>
                </>
              ),
            },
            {
              key: 'state',
              title: t('lines.state'),
              small: 'corner',
              cell: (agent) => <AgentState agent={agent} />,
            },
            {
              key: 'since',
              title: t('queues.since'),
              number: true,
              cell: (agent) => <Stopwatch since={agent.since} />,
            },
            {
              key: 'with',
              title: t('queues.with'),
              cell: (agent) => <With agent={agent} calls={calls} />,
            },
            { key: 'in', title: t('queues.in'), cell: (agent) => agent.queues.join(' ') },
            {
              key: 'answered',
              title: t('queues.answeredToday'),
              number: true,
              cell: (agent) => agent.answeredToday,
            },
            {
              key: 'set',
              title: t('queues.set'),
              small: 'whole',
              cell: (agent) => (
                <Orders
                  agent={agent}
                  busy={order.isPending}
                  onOrder={(state) => order.mutate({ agent, state })}
                />
              ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function AgentState({ agent }: { agent: LiveAgent }) {
  return (
    <>
      <AgentMark state={agent.state} />
      {agent.reason !== null && <span className="soft"> {agent.reason}</span>}
    </>
  );
}

function With({ agent, calls }: { agent: LiveAgent; calls: AgentTableProps['calls'] }) {
  const names = useNames();
  const call = agent.call === null ? undefined : calls[agent.call];
  if (!call) return null;
  const other = call.direction === 'in' ? names.party(call.from) : names.number(call.dialled);
  return <Link to={`/calls/${encodeURIComponent(call.id)}`}>{other}</Link>;
}

interface OrdersProps {
  readonly agent: LiveAgent;
  readonly busy: boolean;
  readonly onOrder: (state: Order) => void;
}

function Orders({ agent, busy, onOrder }: OrdersProps) {
  const { t, text } = useWords();
  const now = orderInForce(agent.state);
  return (
    <span className="orders" role="group" aria-label={t('queues.setLabel', { name: text(agent.name) })}>
      {ORDERS.map((state) => (
        <button
          key={state}
          type="button"
          aria-pressed={now === state}
          disabled={busy}
          onClick={() => onOrder(state)}
          data-testid={`set-${state}`}
        >
          {t(`agent.${state}`)}
        </button>
      ))}
    </span>
  );
}
