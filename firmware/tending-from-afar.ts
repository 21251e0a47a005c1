/** Alarms of this box looked after from headquarters: acknowledged there, kept quiet from there. The box owns them, and says what became of it. */
import { maintained } from '@branchline/contracts/branch/maintenance';
import type { AlarmBook } from './health/alarms.ts';
import type { MaintenanceBook } from './health/maintenance-book.ts';
import type { CommandEnd } from './uplink/commands-core.ts';
import type { Performers } from './uplink/commands.ts';

export interface TendedFromAfar {
  readonly alarms: Pick<AlarmBook, 'acknowledge' | 'open'>;
  readonly maintenance: Pick<MaintenanceBook, 'open' | 'end'>;
}

type FromAfar = Pick<Performers, 'acknowledge-alarm' | 'maintenance' | 'end-maintenance'>;

export function tendingFromAfar({ alarms, maintenance }: TendedFromAfar): FromAfar {
  return {
    'acknowledge-alarm': {
      problem: ({ alarm }) =>
        alarms.open().some(({ id }) => id === alarm) ? undefined : { because: 'no-such-alarm' },
      perform: ({ alarm, note }, { who }) =>
        ends(
          alarms.acknowledge(alarm, person(who), note ?? null)
            ? { state: 'done' }
            : { state: 'refused', because: 'no-such-alarm' },
        ),
    },
    maintenance: {
      perform: ({ what, forMs, note }, { who }) => {
        const things = what.map((each) => maintained(each) ?? each);
        const { id, until } = maintenance.open(things, forMs, person(who), note ?? null);
        return ends({ state: 'done', answer: { window: id, until: new Date(until).toISOString() } });
      },
    },
    'end-maintenance': {
      perform: ({ window }, { who }) => ends(ENDS[maintenance.end(window, person(who)) ?? 'unknown']),
    },
  };
}

const ENDS: Readonly<Record<'ended' | 'document' | 'unknown', CommandEnd>> = {
  ended: { state: 'done' },
  document: { state: 'refused', because: 'window-of-document' },
  unknown: { state: 'refused', because: 'no-such-window' },
};

/** As the ledger names people of headquarters. */
const person = (who: string): string => `headquarters: ${who}`;

const ends = (end: CommandEnd): Promise<CommandEnd> => Promise.resolve(end);
