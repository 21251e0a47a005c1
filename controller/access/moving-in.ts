/** People and sessions of a controller that was alone, taken from its file into the database that it shares from now on. */
import { existsSync } from 'node:fs';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import type { AccessStore, KeptPerson, KeptSession } from '../store/access.ts';
import { FIRST_OWNER } from './people.ts';

interface FileSession extends Omit<KeptSession, 'hash'> {
  readonly hash: Buffer;
}

/**
 * Where the database knows nobody yet. The file stays as it is.
 * @returns how many people came
 */
export async function moveIn(file: string, store: AccessStore): Promise<number> {
  if (!existsSync(file) || (await store.people()).length > 0) return 0;
  const { people, sessions } = inFile(file);
  return store.changing(async () => {
    // Of several that start at once the first one brings its people.
    if ((await store.people()).length > 0) return 0;
    for (const person of people) await store.add(person);
    for (const session of sessions) await store.begin(session);
    return people.length;
  });
}

function inFile(file: string): { people: readonly KeptPerson[]; sessions: readonly KeptSession[] } {
  const db = openAccessStore(file);
  try {
    const people = db.prepare<[], KeptPerson>('select * from person').all();
    const alone = db.prepare<[], { hash: string; made_at: number }>('select * from password').get();
    // The one password of an earlier release is the owner's.
    const owner = { name: FIRST_OWNER, role: 'owner', branches: '[]', seen_at: null } as const;
    const all =
      people.length === 0 && alone ? [{ ...owner, hash: alone.hash, made_at: alone.made_at }] : people;
    const sessions = db.prepare<[], FileSession>('select * from session').all();
    return {
      people: all,
      sessions: sessions.map(({ hash, person, ...times }) => ({
        ...times,
        hash: hash.toString('hex'),
        person: person === '' ? FIRST_OWNER : person,
      })),
    };
  } finally {
    db.close();
  }
}
