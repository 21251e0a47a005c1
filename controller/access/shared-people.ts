/** People whom every controller of a fleet knows. What two change at once is changed one after the other. */
import type { Person, Role } from '@branchline/contracts/http/people';
import type { Clock } from '@branchline/runtime/clock';
import { hashPassword, isPassword, newPassword } from '@branchline/runtime/web/password';
import type { AccessStore, KeptPerson } from '../store/access.ts';
import {
  branchesOf,
  FIRST_OWNER,
  knownAs,
  needsAnotherOwner,
  personOf,
  taken,
  type PeopleKeeper,
} from './people.ts';
import type { SharedAccess } from './shared.ts';

export interface SharedPeopleParts {
  readonly clock: Clock;
  readonly store: AccessStore;
  readonly shared: SharedAccess;
}

export class SharedPeople implements PeopleKeeper {
  readonly #parts: SharedPeopleParts;
  #nobody: Promise<string> | undefined;

  constructor(parts: SharedPeopleParts) {
    this.#parts = parts;
  }

  /** Of several that start at once, the one that makes the owner knows his password. */
  async first(): Promise<string | undefined> {
    const { store, shared } = this.#parts;
    if ((await store.people()).length > 0) return undefined;
    const password = newPassword();
    const owner = await this.#rowOf(FIRST_OWNER, 'owner', [], password);
    return shared.change(async () => {
      if ((await store.people()).length > 0) return undefined;
      await store.add(owner);
      return password;
    });
  }

  all(): Person[] {
    return [...this.#parts.shared.people.values()].map(personOf);
  }

  of(name: string): Person | undefined {
    const row = this.#parts.shared.people.get(name);
    return row && personOf(row);
  }

  /** A name that is not there takes as long as one that is. */
  async signIn(name: string, password: string): Promise<string | undefined> {
    const { store, shared, clock } = this.#parts;
    const row = await store.person(name);
    this.#nobody ??= hashPassword(newPassword());
    const right = await isPassword(row?.hash ?? (await this.#nobody), password);
    if (!row || !right) return undefined;
    await store.seen(row.name, clock.now());
    shared.people.set(row.name, { ...row, seen_at: clock.now() });
    return row.name;
  }

  async add(name: string, role: Role, branches: readonly string[]): Promise<string> {
    const { store, shared } = this.#parts;
    const password = newPassword();
    const row = await this.#rowOf(name, role, branches, password);
    return shared.change(async () => {
      if (await store.person(name)) throw taken(name);
      await store.add(row);
      return password;
    });
  }

  change(name: string, role: Role, branches: readonly string[]): Promise<Person> {
    const { store, shared } = this.#parts;
    return shared.change(async () => {
      knownAs(name, await store.person(name));
      if (role !== 'owner') needsAnotherOwner(await store.people(), name);
      await store.change(name, role, JSON.stringify(branchesOf(role, branches)));
      return personOf(knownAs(name, await store.person(name)));
    });
  }

  async changePassword(name: string, now: string, becomes: string): Promise<boolean> {
    const { store, shared } = this.#parts;
    const row = await store.person(name);
    if (!row || !(await isPassword(row.hash, now))) return false;
    const hash = await hashPassword(becomes);
    await shared.change(() => store.setHash(name, hash));
    return true;
  }

  async replacePassword(name: string): Promise<string> {
    const { store, shared } = this.#parts;
    const password = newPassword();
    const hash = await hashPassword(password);
    return shared.change(async () => {
      knownAs(name, await store.person(name));
      await store.setHash(name, hash);
      await store.endAll(name);
      return password;
    });
  }

  remove(name: string): Promise<void> {
    const { store, shared } = this.#parts;
    return shared.change(async () => {
      knownAs(name, await store.person(name));
      needsAnotherOwner(await store.people(), name);
      await store.remove(name);
      await store.endAll(name);
    });
  }

  async #rowOf(name: string, role: Role, branches: readonly string[], password: string): Promise<KeptPerson> {
    return {
      ...{ name, role, branches: JSON.stringify(branchesOf(role, branches)) },
      ...{ hash: await hashPassword(password), made_at: this.#parts.clock.now(), seen_at: null },
    };
  }
}
