/** A person has the one or the other answer, whatever headquarters sees, or lets it decide again. */
import { continuityRoutes, type BranchContinuity } from '@branchline/contracts/http/continuity';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Trouble } from '../../parts/show/trouble.tsx';

interface OrdersProps {
  readonly of: BranchContinuity;
  readonly done: () => Promise<void>;
}

export function ContinuityOrders({ of: { box, order }, done }: OrdersProps) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [note, setNote] = useState('');
  const give = useMutation({
    mutationFn: (to: 'box' | 'stand-in' | null) =>
      ask(continuityRoutes.orderContinuity, {
        path: { box },
        body: { to, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      }),
    onSettled: done,
  });
  const button = (to: 'box' | 'stand-in' | null) => (
    <button
      type="button"
      disabled={give.isPending || (order?.to ?? null) === to}
      onClick={() => give.mutate(to)}
      data-testid={`continuity-order-${to ?? 'none'}`}
    >
      {t(`continuity.order.${to ?? 'none'}`)}
    </button>
  );
  return (
    <div className="continuity-orders no-print">
      <h3>{t('continuity.orders')}</h3>
      <label>
        {t('continuity.note')}{' '}
        <input value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
      </label>
      <div className="document-acts">
        {button('stand-in')}
        {button('box')}
        {button(null)}
      </div>
      {give.error && <Trouble error={give.error} />}
    </div>
  );
}
