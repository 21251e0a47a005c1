/** What may be ordered of a line: drain it, put it back, test it now, look at it now. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveTrunk } from '@branchline/contracts/trunks';
import { useMutation } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Trouble } from '../../parts/show/trouble.tsx';

const ORDERS = {
  drain: consoleRoutes.drainTrunk,
  'busy-out': consoleRoutes.busyTrunkOut,
  'put-back': consoleRoutes.putTrunkBack,
  test: consoleRoutes.testTrunk,
  forward: consoleRoutes.forwardTrunk,
  look: consoleRoutes.lookAtTrunk,
} as const;
type Order = keyof typeof ORDERS;

export function TrunkOrders({ trunk }: { trunk: LiveTrunk }) {
  const { t, at } = useWords();
  const { ask } = useDoor();
  const order = useMutation({
    mutationFn: (what: Order) => ask(ORDERS[what], { path: { trunk: trunk.id }, body: {} }),
  });
  const grounds = trunk.because.map(({ what }) => what);
  const busy = grounds.includes('busied-out');
  const drained = busy || grounds.includes('drained-by-person');
  const byDocument = grounds.includes('drained-by-document');
  const { test } = trunk;
  return (
    <div className="trunk-orders">
      {order.error && (
        <div role="alert">
          <p className="empty">{t('trunk.failed', { trunk: trunk.id })}</p>
          <Trouble error={order.error} />
        </div>
      )}
      <button
        type="button"
        disabled={order.isPending || byDocument}
        title={t('trunk.drainSays')}
        onClick={() => order.mutate(drained ? 'put-back' : 'drain')}
        data-testid={drained ? 'put-back' : 'drain'}
      >
        {t(drained ? 'trunk.putBack' : 'trunk.drain')}
      </button>
      {!busy && (
        <button
          type="button"
          disabled={order.isPending}
          title={t('trunk.busyOutSays')}
          onClick={() => order.mutate('busy-out')}
          data-testid="busy-out"
        >
          {t('trunk.busyOut')}
        </button>
      )}
      <button
        type="button"
        disabled={order.isPending || test === null || test.running}
        onClick={() => order.mutate('test')}
        data-testid="test-trunk"
      >
        {t(test?.running ? 'trunk.testing' : 'trunk.test')}
      </button>
      {trunk.forwarding && (
        <button
          type="button"
          disabled={order.isPending}
          title={t('trunk.forwardSays')}
          onClick={() => order.mutate('forward')}
          data-testid="forward-trunk"
        >
          {t('trunk.forward')}
        </button>
      )}
      <button
        type="button"
        disabled={order.isPending}
        title={t('trunk.lookSays')}
        onClick={() => order.mutate('look')}
        data-testid="look-at-trunk"
      >
        {t('trunk.look')}
      </button>
      <span className="soft">
        {byDocument && t('trunk.putBackDocument')} {test === null && t('trunk.testNone')}
        {test?.next != null && t('trunk.testNext', { at: at(test.next) })}
      </span>
    </div>
  );
}
