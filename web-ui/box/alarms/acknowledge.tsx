/** Says to the box that somebody looks after an alarm. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import type { LiveAlarm } from '@branchline/contracts/live';
import { AcknowledgeForm } from '../../parts/branch/acknowledge-form.tsx';
import { useDoor } from '../../parts/door/context.ts';

export function Acknowledge({ alarm }: { alarm: LiveAlarm }) {
  const { ask } = useDoor();
  return (
    <AcknowledgeForm
      alarm={alarm}
      tell={(note) =>
        ask(consoleRoutes.acknowledgeAlarm, {
          path: { alarm: alarm.id },
          body: note === undefined ? {} : { note },
        })
      }
    />
  );
}
