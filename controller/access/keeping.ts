/** Puts together who may come in: in a file of this controller's own, or in the database that several share. */
import type { InBackground } from '@branchline/runtime/background';
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { Sessions, type SessionKeeper } from '@branchline/runtime/web/sessions';
import type { Settings } from '../settings.ts';
import { AccessStore } from '../store/access.ts';
import type { Database } from '../store/database.ts';
import { storePaths } from '../store/open.ts';
import { moveIn } from './moving-in.ts';
import { People, type PeopleKeeper } from './people.ts';
import { SharedPeople } from './shared-people.ts';
import { SharedSessions } from './shared-sessions.ts';
import { SharedAccess } from './shared.ts';

export interface KeepingParts {
  readonly settings: Pick<Settings, 'dataDir'>;
  /** The one that several controllers share; undefined where this one is alone. */
  readonly shares: Database | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly background: InBackground;
  readonly cookie: string;
}

export interface Keeping {
  readonly people: PeopleKeeper;
  readonly sessions: SessionKeeper & { holds(request: Parameters<SessionKeeper['personOf']>[0]): boolean };
  /** @returns the first owner's new password, where this is the first start */
  start(): Promise<string | undefined>;
  stop(): Promise<void>;
}

export function makeKeeping(parts: KeepingParts): Keeping {
  return parts.shares === undefined ? inFile(parts) : inDatabase(parts, parts.shares);
}

function inFile({ settings, clock, cookie }: KeepingParts): Keeping {
  const file = openAccessStore(storePaths(settings.dataDir).access);
  const people = new People(file, clock);
  return {
    people,
    sessions: new Sessions(file, clock, cookie),
    start: () => people.first(),
    stop: () => {
      file.close();
      return Promise.resolve();
    },
  };
}

function inDatabase({ settings, clock, log, background, cookie }: KeepingParts, db: Database): Keeping {
  const room = roomLog(log, 'access');
  const store = new AccessStore(db);
  const shared = new SharedAccess({ clock, log: room, store });
  const people = new SharedPeople({ clock, store, shared });
  return {
    people,
    sessions: new SharedSessions({ clock, background, store, shared, cookie }),
    start: async () => {
      const moved = await moveIn(storePaths(settings.dataDir).access, store);
      if (moved > 0)
        room.info({ people: moved }, 'people and sessions were taken from the file into the database');
      const password = await people.first();
      await shared.start();
      return password;
    },
    stop: () => shared.stop(),
  };
}
