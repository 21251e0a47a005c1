/** What branches' documents are made of: the templates above a branch laid together, and what it must say itself. Changes nothing. */
import {
  chainOf,
  composed,
  documentOf,
  inheritedOf,
  resolved,
  type Chain,
  type Composition,
  type TemplateVersion,
} from '@branchline/contracts/fleet/templates';
import { originsOf, type Layered, type Origin } from '@branchline/contracts/fleet/layers';
import { readYaml } from '@branchline/runtime/yaml-text';
import type { StoredVersion } from '../store/document-versions.ts';
import type { TemplateStore } from '../store/templates.ts';

/** Of one version of a template as its author would have it, or as it is kept. */
export type Instead = TemplateVersion | { readonly name: string; readonly version: number };

/** Laid together once for all branches beneath the same versions. */
const MOST_KEPT = 200;

export class Composer {
  readonly #store: TemplateStore;
  readonly #laid = new Map<string, Layered | undefined>();

  constructor(store: TemplateStore) {
    this.#store = store;
  }

  /**
   * The templates above a branch, topmost first: those it goes by already in the versions it goes by, with `instead` in place of one of
   * them; the others in the version in force.
   */
  async chain(template: string, uses: Composition['uses'] = [], instead?: Instead): Promise<Chain> {
    const pinned = new Map(uses.map((use) => [use.template, use.version]));
    if (instead) pinned.set(instead.name, instead.version);
    const known = new Map<string, TemplateVersion | undefined>();
    if (instead && 'document' in instead) known.set(instead.name, instead);
    for (;;) {
      const wanted: string[] = [];
      const chain = chainOf(template, (name) => {
        if (!known.has(name)) wanted.push(name);
        return known.get(name);
      });
      const [name] = wanted;
      if (name === undefined) return chain;
      known.set(name, await this.#version(name, pinned.get(name)));
    }
  }

  async #version(name: string, pinned: number | undefined): Promise<TemplateVersion | undefined> {
    const version = pinned ?? (await this.#store.inForce()).get(name);
    return version === undefined ? undefined : this.#store.version(name, version);
  }

  /** The chain laid together; of versions that are kept. */
  inherited(chain: readonly TemplateVersion[]): Layered | undefined {
    const key = chain.map(({ name, version }) => `${name}@${version}`).join('/');
    if (this.#laid.has(key)) return this.#laid.get(key);
    const laid = inheritedOf(chain);
    const [oldest] = this.#laid.keys();
    if (this.#laid.size >= MOST_KEPT && oldest !== undefined) this.#laid.delete(oldest);
    this.#laid.set(key, laid);
    return laid;
  }

  /** The branch as it stands goes on beneath its templates, with a document that somebody wrote as a whole: what differs is its own. */
  async ofWhole(before: StoredVersion | undefined, source: string): Promise<Composition | null> {
    const was = before?.composition;
    const read = readYaml(source);
    if (!was || !read.ok) return null;
    const chain = await this.kept(was);
    return composed(chain, this.inherited(chain), { own: was.own, wanted: read.value });
  }

  /** What a version of old was made of; null where one of its templates was taken away since. */
  async stillThere(composition: Composition | null): Promise<Composition | null> {
    if (!composition) return null;
    const there = await this.#store.inForce();
    return composition.uses.every(({ template }) => there.has(template)) ? composition : null;
  }

  /** The versions that a branch goes by, which are kept for ever. */
  async kept({ template, uses }: Composition): Promise<readonly TemplateVersion[]> {
    const found = await this.chain(template, uses);
    if (!found.ok) throw new Error(`templates of a stored document: ${found.fault.path} ${found.fault.code}`);
    return found.chain;
  }

  async origins(version: StoredVersion): Promise<Origin[]> {
    const { composition, source } = version;
    if (composition) {
      const inherited = this.inherited(await this.kept(composition));
      return originsOf(resolved(inherited, composition.own, version.version));
    }
    const read = readYaml(source);
    return originsOf(resolved(undefined, read.ok ? read.value : {}, version.version));
  }

  /** The document of a branch that says `own`, beneath these templates. */
  document(chain: readonly TemplateVersion[], own: unknown): unknown {
    return documentOf(resolved(this.inherited(chain), own));
  }
}
