/** A branch's document with a rollout's change in it, and without it again: what it is made of moves with its text. Changes nothing. */
import { isSame } from '@branchline/contracts/branch/difference';
import type { Fault } from '@branchline/contracts/branch/faults';
import { originsOf, ownBeside } from '@branchline/contracts/fleet/layers';
import type { RolloutChange } from '@branchline/contracts/fleet/rollouts';
import { composed, layerOf, resolved, type Composition } from '@branchline/contracts/fleet/templates';
import type { Composer } from '../fleet/composer.ts';
import { rewritten, valueOf } from '../fleet/document-text.ts';
import type { StoredVersion } from '../store/document-versions.ts';
import { backText, forwardText } from './patch.ts';

export type Moved =
  | {
      readonly ok: true;
      readonly source: string;
      readonly composition: Composition | null;
      /** It is so already, text and what it is made of. */
      readonly same: boolean;
    }
  | { readonly ok: false; readonly fault: Fault };

/** What changes documents. */
export type DocumentChange = Exclude<RolloutChange, { readonly kind: 'release' }>;
type Of<K extends RolloutChange['kind']> = RolloutChange & { readonly kind: K };

interface Between {
  readonly newest: StoredVersion;
  /** The version that carried the change, and the one before it. */
  readonly carried: StoredVersion;
  readonly before: StoredVersion;
}

export class Moving {
  readonly #composer: Composer;

  constructor(composer: Composer) {
    this.#composer = composer;
  }

  forward(newest: StoredVersion, change: DocumentChange): Promise<Moved> {
    switch (change.kind) {
      case 'document':
        return this.#fields(newest, change);
      case 'template':
        return this.#version(newest, change);
      case 'assignment':
        return this.#beneath(newest, change);
    }
  }

  async #fields(newest: StoredVersion, change: Of<'document'>): Promise<Moved> {
    const patched = forwardText(newest.source, change);
    if (!patched.ok) return patched;
    return { ...patched, composition: await this.#composer.ofWhole(newest, patched.source) };
  }

  async #version(newest: StoredVersion, { template, version }: Of<'template'>): Promise<Moved> {
    const { composition } = newest;
    if (!composition?.uses.some((use) => use.template === template))
      return { ok: false, fault: notBeneath(template) };
    const found = await this.#composer.chain(composition.template, composition.uses, {
      name: template,
      version,
    });
    if (!found.ok) return found;
    const uses = found.chain.map(({ name, version: used }) => ({ template: name, version: used }));
    return movedTo(newest, this.#composer.document(found.chain, composition.own), { ...composition, uses });
  }

  async #beneath(newest: StoredVersion, { template, overrides }: Of<'assignment'>): Promise<Moved> {
    const was = newest.composition;
    if (template === null) return { ok: true, source: newest.source, composition: null, same: was === null };
    const found = await this.#composer.chain(template, was?.uses);
    if (!found.ok) return found;
    const inherited = this.#composer.inherited(found.chain);
    const said = was ? was.own : valueOf(newest.source);
    const own = overrides === 'drop' ? ownBeside(said, inherited) : said;
    const wanted = this.#composer.document(found.chain, own);
    const kept = overrides === 'drop' ? own : was?.own;
    return movedTo(newest, wanted, composed(found.chain, inherited, { own: kept, wanted }));
  }

  /** What somebody else changed since stays: only what the rollout did is undone. */
  async back({ newest, carried, before }: Between, { kind }: DocumentChange): Promise<Moved> {
    if (newest.version === carried.version)
      return { ok: true, source: before.source, composition: before.composition, same: false };
    const patched = backText(newest.source, carried.source, before.source);
    if (!patched.ok) return patched;
    const made = kind === 'document' ? newest : before;
    const composition = await this.#composer.ofWhole(made, patched.source);
    return {
      ...patched,
      composition,
      same: patched.same && isSame(usesOf(newest.composition), usesOf(composition)),
    };
  }

  /** Faults of a document with the layer that each comes from. */
  async named(composition: Composition | null, faults: readonly Fault[]): Promise<Fault[]> {
    if (!composition) return [...faults];
    const inherited = this.#composer.inherited(await this.#composer.kept(composition));
    const origins = originsOf(resolved(inherited, composition.own));
    return faults.map((fault) => {
      const giver = layerOf(fault.path, origins);
      return giver?.layer == null ? fault : { ...fault, layer: giver.layer, layerVersion: giver.version };
    });
  }
}

function movedTo(newest: StoredVersion, wanted: unknown, composition: Composition | null): Moved {
  const source = rewritten(newest.source, wanted);
  const same = source === newest.source && isSame(newest.composition, composition);
  return { ok: true, source, composition, same };
}

const usesOf = (composition: Composition | null): unknown => composition?.uses ?? null;

const notBeneath = (template: string): Fault => ({
  code: 'not-one-of',
  path: 'template',
  value: template,
  expected: 'a branch that stands beneath this template; leave the others out',
  severity: 'error',
});
