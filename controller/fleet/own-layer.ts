/** What a branch says itself, over its templates: written, and given back field by field. */
import type { Fault } from '@branchline/contracts/branch/faults';
import { ownWithout, type Origin as FieldOrigin } from '@branchline/contracts/fleet/layers';
import { layerFaults, type Composition } from '@branchline/contracts/fleet/templates';
import { HttpProblem } from '@branchline/runtime/web/problem';
import { asYaml, readYaml } from '@branchline/runtime/yaml-text';
import type { StoredVersion } from '../store/document-versions.ts';
import type { Composer } from './composer.ts';
import { rewritten } from './document-text.ts';
import type { Asker, BranchDocuments, Taken } from './documents.ts';

export interface OwnLayerParts {
  readonly documents: BranchDocuments;
  readonly composer: Composer;
}

export interface Origins {
  readonly version: number | null;
  readonly composition: Composition | null;
  readonly fields: readonly FieldOrigin[];
}

export class OwnLayer {
  readonly #parts: OwnLayerParts;

  constructor(parts: OwnLayerParts) {
    this.#parts = parts;
  }

  async origins(box: string): Promise<Origins> {
    const newest = await this.#parts.documents.newest(box);
    if (!newest) return { version: null, composition: null, fields: [] };
    const { version, composition } = newest;
    return { version, composition, fields: await this.#parts.composer.origins(newest) };
  }

  /** @throws HttpProblem where the branch stands beneath no template */
  async inherit(box: string, paths: readonly (readonly string[])[], asker: Asker): Promise<Taken> {
    const newest = await this.#parts.documents.newest(box);
    if (!newest?.composition) throw noTemplate(box);
    const own = paths.reduce<unknown>(ownWithout, newest.composition.own);
    return this.#put(box, own, newest.composition, newest, asker);
  }

  /** @throws HttpProblem where the branch stands beneath no template and none is named, or beneath another than the one that is named */
  async put(box: string, source: string, template: string | undefined, asker: Asker): Promise<Taken> {
    const { documents, composer } = this.#parts;
    const read = readYaml(source);
    const faults: Fault[] = read.ok
      ? layerFaults(read.value)
      : [{ code: 'not-a-document', path: '', value: read.found, expected: read.expected, severity: 'error' }];
    if (!read.ok || faults.length > 0) return { ok: false, faults, version: null, difference: [] };
    const newest = await documents.newest(box);
    const standing = newest?.composition?.template;
    if (newest && standing === undefined) throw noTemplate(box);
    if (standing !== undefined && template !== undefined && template !== standing)
      throw elsewhere(box, standing);
    if (newest?.composition) return this.#put(box, read.value, newest.composition, newest, asker);
    if (template === undefined) throw noTemplate(box);
    const found = await composer.chain(template);
    if (!found.ok) return { ok: false, faults: [found.fault], version: null, difference: [] };
    const uses = found.chain.map(({ name, version }) => ({ template: name, version }));
    return this.#put(box, read.value, { template, uses }, undefined, asker);
  }

  async #put(
    box: string,
    own: unknown,
    { template, uses }: Composition,
    newest: StoredVersion | undefined,
    asker: Asker,
  ): Promise<Taken> {
    const { documents, composer } = this.#parts;
    const composition: Composition = { template, uses, ...(own !== undefined && { own }) };
    const document = composer.document(await composer.kept(composition), own);
    const text = newest ? rewritten(newest.source, document) : asYaml(document);
    return documents.put(box, text, asker, {
      origin: 'written',
      cameFrom: null,
      composition,
    });
  }
}

const noTemplate = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'no-template',
    message: `Branch '${box}' stands beneath no template.`,
    field: 'box',
    value: box,
    remedy: "Bring it beneath one by a rollout of kind 'assignment'.",
  });

const elsewhere = (box: string, standing: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'another-template',
    message: `Branch '${box}' stands beneath template '${standing}'.`,
    field: 'body.template',
    value: standing,
    remedy: "Leave it out, or move the branch by a rollout of kind 'assignment' first.",
  });
