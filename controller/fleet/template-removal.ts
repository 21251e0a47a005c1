/** Takes a template away, where nothing goes by it. What it was stays: documents of old are made of its versions. */
import type { RolloutChange } from '@branchline/contracts/fleet/rollouts';
import type { RolloutSummary } from '@branchline/contracts/http/rollouts';
import type { TemplateUsers } from '@branchline/contracts/http/templates';
import type { Clock } from '@branchline/runtime/clock';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { TemplateStore } from '../store/templates.ts';
import { noTemplate } from './templates.ts';

export interface TemplateRemovalParts {
  readonly clock: Clock;
  readonly store: TemplateStore;
  readonly rollouts: {
    readonly list: () => readonly Pick<RolloutSummary, 'id' | 'name' | 'status'>[];
    readonly detail: (id: number) => { readonly change: RolloutChange };
  };
}

export interface Remover {
  readonly who: string;
  readonly address: string;
}

const MOST_NAMED = 10;
const OVER: readonly RolloutSummary['status'][] = ['gone-back', 'done', 'finished'];

export class TemplateRemoval {
  readonly #parts: TemplateRemovalParts;

  constructor(parts: TemplateRemovalParts) {
    this.#parts = parts;
  }

  /** @throws HttpProblem where there is no such template, or something goes by it */
  async remove(name: string, { who, address }: Remover): Promise<void> {
    const { store, clock } = this.#parts;
    await store.together(async () => {
      const [newest] = await store.versions(name);
      if (!newest) throw noTemplate(name);
      const users = await this.#users(name);
      if (Object.values(users).some(({ length }) => length > 0)) throw inUse(name, users);
      const detail = `template '${name}' taken away at version ${newest.version}`;
      await store.remove(name, { at: clock.now(), who, address, action: 'template', box: null, detail });
    });
  }

  async #users(name: string): Promise<TemplateUsers> {
    const { store } = this.#parts;
    const beneath = (await store.beneath()).filter(({ composition }) =>
      composition.uses.some(({ template }) => template === name),
    );
    return {
      branches: beneath.map(({ box }) => box),
      templates: await store.children(name),
      rollouts: this.#going(),
    };
  }

  /** A rollout that may yet be taken back gives branches what they had: the templates of before must be there. */
  #going(): string[] {
    const { list, detail } = this.#parts.rollouts;
    return list()
      .filter(({ id, status }) => !OVER.includes(status) && detail(id).change.kind !== 'document')
      .map((rollout) => `${rollout.id} (${rollout.name})`);
  }
}

const inUse = (name: string, users: TemplateUsers): HttpProblem =>
  new HttpProblem(409, {
    code: 'template-in-use',
    message: `Template '${name}' is in use: ${Object.entries(users).flatMap(inWords).join('; ')}.`,
    field: 'template',
    value: users,
    remedy:
      'Bring these branches beneath another template or none, give these templates another parent, wait until these rollouts are over.',
  });

function inWords([what, names]: [string, readonly string[]]): string[] {
  if (names.length === 0) return [];
  const more = names.length - MOST_NAMED;
  return [`${what} ${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`];
}
