/** Alarms with what belongs to them: what depends on what, maintenance windows, and the telling of people. */
import type { Branch } from '@branchline/contracts/branch/model';
import type { WayTarget } from '@branchline/contracts/branch/notify';
import type { NoticeBook, ShownWindow } from '@branchline/contracts/http/alarms';
import type { Around } from './around.ts';
import type { AlarmNeeds } from './console/alarms.ts';
import { localTime } from './flows/hours.ts';
import type { KeptAlarm } from './health/alarm-state.ts';
import { AlarmBook, shownAlarm } from './health/alarms.ts';
import { dependenceOf, type Dependence } from './health/dependence.ts';
import { MaintenanceBook, type KeptWindows } from './health/maintenance-book.ts';
import type { OpenedWindow } from './health/maintenance.ts';
import { makeNotifier, type Keeper } from './notifier.ts';
import { noticeOf } from './notify/notice-of.ts';
import type { Notifier } from './notify/notifier.ts';
import type { Message } from './notify/state.ts';

export interface Tending {
  readonly alarms: AlarmBook;
  readonly maintenance: MaintenanceBook;
  readonly notifier: Notifier;
  readonly start: () => void;
  readonly stop: () => void;
}

export function makeTending(around: Around, keeper: Keeper): Tending {
  const { clock, board, documents, changed } = around;
  const { append, keep, about } = keeper;
  const maintenance = new MaintenanceBook({
    clock,
    ofDocument: () => documents.branch.maintenance,
    localTime: (now) => localTime(documents.branch.site.timezone, now),
    write: (events, kept) => {
      append(events);
      keep('maintenance', kept);
    },
    kept: about('maintenance') as KeptWindows | undefined,
    onChange: () => {
      alarms.planChanged();
      changed();
    },
  });
  const needs = needsOf(() => documents.branch);
  const alarms: AlarmBook = new AlarmBook({
    clock,
    append: (events) => {
      append(events);
      keep('alarms', alarms.open());
    },
    board,
    open: (about('alarms') as readonly KeptAlarm[] | undefined) ?? [],
    plan: () => ({ needs: needs(), windows: maintenance.inForce() }),
    onTelling: (telling) => notifier.tell(noticeOf(telling)),
  });
  const notifier = makeNotifier(around, keeper, alarms);
  const look = (): void => {
    const { gateways, trunks, phones } = documents.branch;
    // Also what was taken out of the document while the service was away.
    alarms.keepOnly('gateway-unreachable', Object.keys(gateways));
    for (const code of ['trunk-down', 'trunk-degraded'] as const) alarms.keepOnly(code, Object.keys(trunks));
    alarms.keepOnly('phone-unreachable', Object.keys(phones));
    alarms.keepOnly('notify-failed', Object.keys(documents.branch.notify));
    maintenance.look();
    alarms.planChanged();
  };
  documents.onChange(() => {
    look();
    notifier.documentChanged();
  });
  return {
    ...{ alarms, maintenance, notifier },
    start: () => {
      look();
      notifier.start();
    },
    stop: () => {
      maintenance.stop();
      notifier.stop();
    },
  };
}

/** Made once for each document. */
function needsOf(branch: () => Branch): () => Dependence {
  let made: { readonly of: Branch; readonly needs: Dependence } | undefined;
  return () => {
    const of = branch();
    if (made?.of !== of) made = { of, needs: dependenceOf(of) };
    return made.needs;
  };
}

/** What the box's page shows and does of it. */
export function alarmsOnPage({ documents }: Around, tending: Omit<Tending, 'start' | 'stop'>): AlarmNeeds {
  const { alarms, maintenance, notifier } = tending;
  return {
    open: () => alarms.open().map(shownAlarm),
    acknowledge: (id, by, note) => {
      if (!alarms.acknowledge(id, by, note)) return undefined;
      const alarm = alarms.open().find((each) => each.id === id);
      return alarm && shownAlarm(alarm);
    },
    windows: () => shownWindows(maintenance),
    openWindow: (what, forMs, by, note) => shownWindow(maintenance.open(what, forMs, by, note)),
    endWindow: (id, by) => maintenance.end(id, by),
    notices: () => noticeBook(notifier, documents.branch),
  };
}

export const shownWindows = (maintenance: MaintenanceBook): ShownWindow[] =>
  maintenance.inForce().map(shownWindow);

const shownWindow = ({ what, until, ...window }: OpenedWindow): ShownWindow => ({
  ...window,
  what: [...what],
  until: time(until),
});

function noticeBook(notifier: Notifier, branch: Branch): NoticeBook {
  const { ways, waiting, past } = notifier.state();
  return {
    ways: Object.values(branch.notify).map(({ name, target }) => ({
      name,
      kind: target.kind,
      to: reaches(target),
      gathered: ways[name]?.held.length ?? 0,
      failing: waiting.some((message) => message.way === name && message.tries > 0),
    })),
    waiting: waiting.map((message) => ({ ...shown(message), nextAt: time(message.nextAt) })),
    past: past.map((message) => ({
      ...shown(message),
      endedAt: time(message.endedAt),
      taken: message.taken,
    })),
  };
}

function shown({ id, way, at, notices, leftOut, tries, detail }: Message) {
  return { id, way, at: time(at), notices: [...notices], leftOut, tries, detail };
}

/** Of an address only where it leads: what stands behind the host may be a secret. */
function reaches(target: WayTarget): string {
  switch (target.kind) {
    case 'mail':
      return target.to.join(', ');
    case 'webhook':
      return new URL(target.url).host;
    case 'snmp':
      return `${target.address.host}:${target.address.port}`;
  }
}

const time = (ms: number): string => new Date(ms).toISOString();
