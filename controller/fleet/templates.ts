/** Templates: what is written of them, who stands beneath which version, and what a version would do to each branch. */
import { differenceOf, type Change } from '@branchline/contracts/branch/difference';
import type { Fault } from '@branchline/contracts/branch/faults';
import { originsOf } from '@branchline/contracts/fleet/layers';
import {
  chainOf,
  inheritedOf,
  layerFaults,
  layerOf,
  MOST_TEMPLATES,
  resolved,
  type TemplateVersion,
} from '@branchline/contracts/fleet/templates';
import { whole } from '@branchline/contracts/fleet/layers';
import { LARGEST_DOCUMENT_BYTES } from '@branchline/contracts/fleet/documents';
import type { TemplateEffect, TemplateSummary } from '@branchline/contracts/http/templates';
import type { Clock } from '@branchline/runtime/clock';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import { asYaml, readYaml } from '@branchline/runtime/yaml-text';
import type { Beneath, StoredTemplate, TemplateStore } from '../store/templates.ts';
import type { Composer } from './composer.ts';
import type { BranchDocuments } from './documents.ts';

export interface TemplatesParts {
  readonly clock: Clock;
  readonly store: TemplateStore;
  readonly composer: Composer;
  readonly documents: Pick<BranchDocuments, 'newest' | 'check'>;
}

export interface TemplateText {
  readonly source: string;
  readonly parent: string | null;
}

export interface TemplateAsker {
  readonly author: string;
  readonly reason: string;
  readonly address: string;
  /** The newest version as the author saw it, 0 for a new template. */
  readonly after: number;
}

interface Checked {
  readonly faults: readonly Fault[];
  readonly difference: readonly Change[];
  readonly document: unknown;
}

/** Checking a branch takes milliseconds: between branches others get their turn. */
const yieldNow = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

export class Templates {
  readonly #parts: TemplatesParts;

  constructor(parts: TemplatesParts) {
    this.#parts = parts;
  }

  async list(): Promise<TemplateSummary[]> {
    const { store } = this.#parts;
    const [newest, inForce, beneath] = [await store.newest(), await store.inForce(), await store.beneath()];
    return newest.map((template) => summaryOf(template, inForce.get(template.name) ?? 1, beneath));
  }

  /** Newest first. @throws HttpProblem where there is no such template */
  async versions(name: string): Promise<StoredTemplate[]> {
    const versions = await this.#parts.store.versions(name);
    if (versions.length === 0) throw noTemplate(name);
    return versions;
  }

  /** The branches that go by it, each with the version. */
  async beneath(name: string): Promise<{ box: string; version: number }[]> {
    const all = await this.#parts.store.beneath();
    return all.flatMap(({ box, composition }) => {
      const used = composition.uses.find(({ template }) => template === name);
      return used ? [{ box, version: used.version }] : [];
    });
  }

  async summary(name: string): Promise<TemplateSummary> {
    const found = (await this.list()).find((each) => each.name === name);
    if (!found) throw noTemplate(name);
    return found;
  }

  /** What this text would be, and what it would do to each branch beneath it. */
  async check(
    name: string,
    text: TemplateText,
  ): Promise<Omit<Checked, 'document'> & { branches: TemplateEffect[] }> {
    const { store } = this.#parts;
    const all = await store.newest();
    const { faults, difference, document } = checked(name, text, all);
    if (faults.length > 0) return { faults, difference, branches: [] };
    const version = (all.find((each) => each.name === name)?.version ?? 0) + 1;
    const branches = [];
    for (const beneath of await store.beneath()) {
      if (!beneath.composition.uses.some(({ template }) => template === name)) continue;
      branches.push(await this.#effect(beneath, { name, version, parent: text.parent, document }));
      await yieldNow();
    }
    return { faults, difference, branches };
  }

  async #effect({ box, composition }: Beneath, instead: TemplateVersion): Promise<TemplateEffect> {
    const { composer, documents } = this.#parts;
    const found = await composer.chain(composition.template, composition.uses, instead);
    if (!found.ok) return { box, difference: [], more: 0, faults: [{ ...found.fault }] };
    const resolution = resolved(inheritedOf(found.chain), composition.own);
    const document = whole(resolution);
    const { faults } = await documents.check(box, asYaml(document));
    const origins = originsOf(resolution);
    const before = readYaml((await documents.newest(box))?.source ?? '');
    const difference = differenceOf(before.ok ? before.value : {}, document);
    return {
      box,
      difference: difference.slice(0, MOST_SHOWN).map((change) => ({ ...change, path: [...change.path] })),
      more: Math.max(0, difference.length - MOST_SHOWN),
      faults: faults.map((fault) => ({ ...fault, layer: layerOf(fault.path, origins)?.layer ?? null })),
    };
  }

  /**
   * A version more. No branch goes by it before a rollout has brought it there; the first of a template is in force, as nobody stands beneath.
   * @throws HttpProblem where somebody else was quicker
   */
  async put(
    name: string,
    text: TemplateText,
    asker: TemplateAsker,
  ): Promise<{ faults: readonly Fault[]; version: number | null }> {
    const { store, clock } = this.#parts;
    const all = await store.newest();
    const before = all.find((each) => each.name === name);
    const newest = before?.version ?? 0;
    if (newest !== asker.after) throw somebodyWasQuicker(name, newest, asker.after);
    if (newest === 0 && all.length >= MOST_TEMPLATES) throw TOO_MANY;
    const { faults, difference } = checked(name, text, all);
    if (faults.length > 0) return { faults, version: null };
    const at = clock.now();
    const { author, reason, address } = asker;
    // A name may be used again after its template was taken away; its numbers go on.
    const version = (await store.lastNumber(name)) + 1;
    const detail = `template '${name}' version ${version}: ${reason}`;
    try {
      await store.add(
        { name, version, ...text, author, reason, at, changes: difference.length },
        { at, who: author, address, action: 'template', box: null, detail },
      );
    } catch (error) {
      const now = (await store.versions(name))[0]?.version ?? 0;
      throw now >= version ? somebodyWasQuicker(name, now, asker.after) : error;
    }
    // With nobody beneath it, there is nobody that a rollout could bring it to.
    const isUsed = (await store.beneath()).some(({ composition }) => usesIt(composition.uses, name));
    if (!isUsed) await store.putInForce(name, version);
    return { faults: [], version };
  }
}

const MOST_SHOWN = 50;

const usesIt = (uses: Beneath['composition']['uses'], name: string): boolean =>
  uses.some(({ template }) => template === name);

function checked(name: string, { source, parent }: TemplateText, all: readonly StoredTemplate[]): Checked {
  const bytes = Buffer.byteLength(source);
  const read = readYaml(source);
  const before = all.find((each) => each.name === name);
  const faults = !read.ok
    ? [notOne(read.found, read.expected)]
    : bytes > LARGEST_DOCUMENT_BYTES
      ? [notOne(`${bytes} bytes`, `a template of at most ${LARGEST_DOCUMENT_BYTES} bytes`)]
      : layerFaults(read.value);
  const document = read.ok ? read.value : {};
  const others = new Map<string, TemplateVersion>(all.map((each) => [each.name, each]));
  others.set(name, { name, version: (before?.version ?? 0) + 1, parent, document });
  const chain = chainOf(name, (each) => others.get(each));
  if (!chain.ok) faults.push(chain.fault);
  return {
    faults,
    document,
    difference: faults.length > 0 ? [] : differenceOf(before?.document ?? {}, document),
  };
}

function summaryOf(template: StoredTemplate, inForce: number, beneath: readonly Beneath[]): TemplateSummary {
  const { name, parent, version, author, reason, at } = template;
  const uses = new Map<number, number>();
  for (const { composition } of beneath) {
    const used = composition.uses.find((use) => use.template === name);
    if (used) uses.set(used.version, (uses.get(used.version) ?? 0) + 1);
  }
  return {
    ...{ name, parent, version, inForce, author, reason, at: new Date(at).toISOString() },
    directly: beneath.filter(({ composition }) => composition.template === name).map(({ box }) => box),
    uses: [...uses]
      .sort(([one], [other]) => other - one)
      .map(([used, branches]) => ({ version: used, branches })),
  };
}

const notOne = (value: string, expected: string): Fault => ({
  code: 'not-a-document',
  path: '',
  value,
  expected,
  severity: 'error',
});

export const noTemplate = (name: string): HttpProblem =>
  notFound(`template '${name}'`, 'GET /api/templates lists them.');

const somebodyWasQuicker = (name: string, newest: number, after: number): HttpProblem =>
  new HttpProblem(409, {
    code: 'newer-version',
    message: `The newest version of template '${name}' is ${newest}, not ${after}: somebody else was quicker.`,
    field: 'body.after',
    value: after,
    remedy: `Look at version ${newest}, and send yours with after: ${newest}.`,
  });

const TOO_MANY = new HttpProblem(409, {
  code: 'too-many',
  message: `There are ${MOST_TEMPLATES} templates already.`,
  remedy: 'Use one of them.',
});
