/** From what the alarm book says to what is told. Pure. */
import type { Notice } from '@branchline/contracts/notice';
import type { OpenAlarm, Telling } from '../health/alarm-state.ts';

const MOST_LISTED = 20;

export function noticeOf({ kind, alarm, weight, consequences, at }: Telling): Notice {
  return {
    ...{ kind, weight },
    at: new Date(at).toISOString(),
    alarm: told(alarm),
    consequences: consequences.slice(0, MOST_LISTED).map(told),
    consequencesInAll: consequences.length,
  };
}

const told = ({ id, code, severity, subject, detail, since }: OpenAlarm): Notice['alarm'] => ({
  ...{ id, code, severity, subject, detail },
  since: new Date(since).toISOString(),
});
