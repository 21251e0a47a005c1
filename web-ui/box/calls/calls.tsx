/** The box's call history. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useDoor } from '../../parts/door/context.ts';
import { History } from '../../parts/calls/history.tsx';
import { useBox } from '../live.ts';

export default function Calls() {
  const { ask } = useDoor();
  const calls = useBox((state) => state?.calls);
  return (
    <History
      fetchPage={(filters, signal) => ask(consoleRoutes.calls, { query: { ...filters, limit: 100 }, signal })}
      linkTo={(call) => `/calls/${encodeURIComponent(call.id)}`}
      pulse={Object.keys(calls ?? {})
        .sort()
        .join(' ')}
    />
  );
}
