/** Has a box told that somebody at headquarters looks after an alarm of its own. */
import { commandRoutes } from '@branchline/contracts/http/commands';
import { isAtHeadquarters } from '@branchline/contracts/alarms';
import type { LiveAlarm } from '@branchline/contracts/live';
import { useQueryClient } from '@tanstack/react-query';
import { AcknowledgeForm } from '../../parts/branch/acknowledge-form.tsx';
import { useDoor, useWords } from '../../parts/door/context.ts';

/** A box that is away hears of it when it is back; a day later somebody else looks after it, s. */
export const WAITS_S = 86_400;

interface AcknowledgeProps {
  readonly box: string;
  /** As its box names it. */
  readonly alarm: LiveAlarm;
}

export function Acknowledge({ box, alarm }: AcknowledgeProps) {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  // Its box knows nothing of one that is headquarters' own.
  if (alarm.acknowledged || isAtHeadquarters(alarm.id)) return null;
  const tell = async (note: string | undefined): Promise<void> => {
    await ask(commandRoutes.sendCommand, {
      path: { box },
      body: {
        do: 'acknowledge-alarm',
        with: { alarm: alarm.id, ...(note !== undefined && { note }) },
        withinS: WAITS_S,
      },
    });
    await queries.invalidateQueries({ queryKey: ['commands', box] });
  };
  return <AcknowledgeForm alarm={alarm} tell={tell} told={t('alarms.toldBox')} />;
}
