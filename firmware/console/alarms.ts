/** Alarms on the box's page: who looks after them, what is kept quiet, who was told. */
import { maintained } from '@branchline/contracts/branch/maintenance';
import type { alarmRoutes, NoticeBook, ShownWindow } from '@branchline/contracts/http/alarms';
import type { LiveAlarm } from '@branchline/contracts/live';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import { addressOf, consoleAt, type OperatorBook } from './operators.ts';

export interface AlarmNeeds {
  open(): readonly LiveAlarm[];
  /** Undefined when there is no such alarm open. `by` as the ledger names people. */
  acknowledge(alarm: string, by: string, note: string | null): LiveAlarm | undefined;
  windows(): readonly ShownWindow[];
  openWindow(what: readonly string[], forMs: number, by: string, note: string | null): ShownWindow;
  /** 'document' for one that only another document ends; undefined when there is none of that name. */
  endWindow(window: string, by: string): 'ended' | 'document' | undefined;
  notices(): NoticeBook;
}

export function alarmHandlers(alarms: AlarmNeeds, operators: OperatorBook): Handlers<typeof alarmRoutes> {
  return {
    alarms: () => ({ alarms: [...alarms.open()] }),
    acknowledgeAlarm: ({ param, body, request }) => {
      const name = param('alarm');
      const alarm = alarms.acknowledge(name, consoleAt(addressOf(request)), body.note ?? null);
      if (!alarm) throw NO_ALARM;
      operators.note(addressOf(request), 'alarm-acknowledged', `${alarm.code} ${alarm.subject}`);
      return { alarm };
    },
    maintenance: () => ({ windows: [...alarms.windows()] }),
    openMaintenance: ({ body, request }) => {
      const what = body.what.map((each) => maintained(each) ?? each);
      const window = alarms.openWindow(what, body.forMs, consoleAt(addressOf(request)), body.note ?? null);
      operators.note(addressOf(request), 'maintenance-opened', what.join(', '));
      return { window };
    },
    endMaintenance: ({ param, request }) => {
      const window = param('window');
      const ended = alarms.endWindow(window, consoleAt(addressOf(request)));
      if (ended === undefined) throw NO_WINDOW;
      if (ended === 'document') throw OF_DOCUMENT;
      operators.note(addressOf(request), 'maintenance-ended', window);
      return { window };
    },
    notices: () => alarms.notices(),
  };
}

const NO_ALARM = notFound('open alarm of that name', 'GET /api/alarms lists those that are open.');
const NO_WINDOW = notFound(
  'maintenance window of that name',
  'GET /api/maintenance lists those that are in force.',
);
const OF_DOCUMENT = new HttpProblem(409, {
  code: 'window-of-document',
  message: 'This window stands in the branch document.',
  field: 'path.window',
  remedy: 'Change or take out its entry under maintenance in the document.',
});
