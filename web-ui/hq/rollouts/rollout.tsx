/** One rollout: what it changes, its waves, why it stopped, and what a person can order. */
import { rolloutRoutes, type RolloutDetail } from '@branchline/contracts/http/rollouts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { ChangeShown } from './change-shown.tsx';
import { RolloutBoxPanel } from './rollout-box.tsx';
import { isOpen, STATUS_SHAPES, useRollout } from './use-rollouts.ts';
import { Waves } from './waves.tsx';
import '../document/document.css';
import './rollouts.css';

export default function RolloutPage() {
  const { rollout: id = '' } = useParams();
  const { t } = useWords();
  const asked = useRollout(id);
  const [chosen, choose] = useState<string | null>(null);
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  const rollout = asked.data;
  if (!rollout) return <Empty>{t('page.loading')}</Empty>;
  const stop = rollout.stop;
  const shown = chosen ?? (stop?.by === 'gate' ? stop.box : null);
  return (
    <div className="page">
      <p>
        <Link to="/rollouts">← {t('rollouts.back')}</Link>
      </p>
      <div className="page-head">
        <h1>{rollout.name}</h1>
        <Mark shape={STATUS_SHAPES[rollout.status]} testId="rollout-status">
          {t(`rollouts.status.${rollout.status}`)}
        </Mark>
      </div>
      <p>
        {t('documents.by', { author: rollout.author, reason: rollout.reason })} <Moment at={rollout.at} />
      </p>
      <Stopped rollout={rollout} />
      <Waves rollout={rollout} chosen={shown} choose={choose} />
      <RolloutBoxPanel box={rollout.boxes.find(({ box }) => box === shown)} />
      <Panel title={t('rollouts.change')}>
        <ChangeShown change={rollout.change} />
      </Panel>
      {isOpen(rollout) && rollout.status !== 'going-back' && (
        <Orders rollout={rollout} done={async () => void (await asked.refetch())} />
      )}
    </div>
  );
}

function Stopped({ rollout: { stop } }: { rollout: RolloutDetail }) {
  const { t } = useWords();
  if (!stop) return null;
  const at = { at: stop.at };
  return (
    <p className="trouble" role="status" data-testid="stopped">
      {stop.by === 'gate'
        ? t('rollouts.stoppedGate', { at, box: stop.box, gate: t(`rollouts.gate.${stop.gate}`) })
        : t('rollouts.stoppedPerson', { at, who: stop.who, reason: stop.reason })}
    </p>
  );
}

const ORDERS = ['pause', 'resume', 'finish', 'abort'] as const;
type Order = (typeof ORDERS)[number];
const ROUTES = {
  pause: rolloutRoutes.pauseRollout,
  resume: rolloutRoutes.resumeRollout,
  finish: rolloutRoutes.finishRollout,
  abort: rolloutRoutes.abortRollout,
} as const;

function Orders({ rollout, done }: { rollout: RolloutDetail; done: () => Promise<void> }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [reason, setReason] = useState('');
  const who = { reason: reason.trim() };
  const isNamed = who.reason !== '';
  const order = useMutation({
    mutationFn: (which: Order) => ask(ROUTES[which], { path: { rollout: String(rollout.id) }, body: who }),
    onSuccess: done,
  });
  const isThere = (which: Order): boolean => which !== (rollout.status === 'paused' ? 'pause' : 'resume');
  return (
    <Panel title={t('rollouts.orders')} testId="orders">
      <div className="document-form">
        <label>
          {t('documents.reason')}{' '}
          <input
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
            data-testid="reason"
          />
        </label>
        <div className="document-acts">
          {ORDERS.filter(isThere).map((which) => (
            <button
              key={which}
              type="button"
              disabled={!isNamed || order.isPending}
              onClick={() => order.mutate(which)}
              data-testid={`order-${which}`}
            >
              {t(`rollouts.${which}`)}
            </button>
          ))}
        </div>
        {!isNamed && <p className="soft">{t('documents.who')}</p>}
        {order.error && <Trouble error={order.error} />}
      </div>
    </Panel>
  );
}
