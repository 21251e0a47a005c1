/**
 * Templates: parts of a branch's document that many branches share. Each has at most one parent; a branch stands beneath one of them, and
 * says itself what is its own. What a branch goes by are versions of templates, kept with the version of its document. Pure.
 */
import * as z from 'zod';
import type { Fault } from '../branch/faults.ts';
import { isMapping, list } from '../branch/raw.ts';
import { layered, ownFor, over, REMOVE, whole, type Layered, type Origin } from './layers.ts';

export const MOST_TEMPLATES = 1_000;
/** A chain of templates is at most so long. */
export const MOST_LAYERS = 12;

export const templateName = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters and digits, with single hyphens between them')
  .max(40);

/** What a version of a branch's document is made of. */
export const composition = z.strictObject({
  /** The template that the branch stands beneath. */
  template: templateName,
  /** What the branch says itself; absent where it says nothing. */
  own: z.unknown().optional(),
  /** The versions it goes by, the topmost template first. */
  uses: z.array(z.strictObject({ template: templateName, version: z.int().min(1) })).min(1),
});
export type Composition = z.infer<typeof composition>;

export interface TemplateVersion {
  readonly name: string;
  readonly version: number;
  readonly parent: string | null;
  readonly document: unknown;
}

export type Chain =
  | { readonly ok: true; readonly chain: readonly TemplateVersion[] }
  | { readonly ok: false; readonly fault: Fault };

/** The templates from the topmost down to `name`. `at` gives the version that counts, or undefined where there is none. */
export function chainOf(name: string, at: (name: string) => TemplateVersion | undefined): Chain {
  const chain: TemplateVersion[] = [];
  const names: string[] = [];
  for (let next: string | null = name; next !== null;) {
    if (names.includes(next))
      return { ok: false, fault: circle([...names.slice(names.indexOf(next)), next]) };
    if (names.length === MOST_LAYERS) return { ok: false, fault: tooDeep(names) };
    const version: TemplateVersion | undefined = at(next);
    if (!version) return { ok: false, fault: unknown(next, names) };
    names.push(next);
    chain.unshift(version);
    next = version.parent;
  }
  return { ok: true, chain };
}

const circle = (names: readonly string[]): Fault => ({
  code: 'no-end',
  path: `${names[0] ?? ''}.parent`,
  value: names.join(' › '),
  expected: 'Give one of these templates another parent, or none',
  severity: 'error',
});

const tooDeep = (names: readonly string[]): Fault => ({
  code: 'out-of-range',
  path: `${names.at(-1) ?? ''}.parent`,
  value: names.join(' › '),
  expected: `at most ${MOST_LAYERS} templates above each other`,
  severity: 'error',
});

const unknown = (name: string, names: readonly string[]): Fault => ({
  code: 'unknown-reference',
  path: names.length > 0 ? `${names.at(-1) ?? ''}.parent` : 'template',
  value: name,
  expected: 'a template that there is, with a version in force',
  severity: 'error',
});

/** What a branch beneath these templates inherits. */
export function inheritedOf(chain: readonly TemplateVersion[]): Layered | undefined {
  const layers = chain.map(({ name, version, document }) => layered(document, { layer: name, version }));
  return layers.length === 0 ? undefined : layers.reduce((lower, upper) => over(upper, lower));
}

/** The branch's own words, laid over what it inherits. `version` is that of the branch's document. */
export function resolved(inherited: Layered | undefined, own: unknown, version = 0): Layered {
  const upper = layered(own ?? { [REMOVE]: [] }, { layer: null, version });
  return inherited ? over(upper, inherited) : upper;
}

export const documentOf = (resolution: Layered): unknown => whole(resolution);

/** As it is kept: without `own` where the branch says nothing. */
export function composed(
  chain: readonly TemplateVersion[],
  inherited: Layered | undefined,
  { own: before, wanted }: { readonly own: unknown; readonly wanted: unknown },
): Composition | null {
  const template = chain.at(-1)?.name;
  if (template === undefined) return null;
  const own = ownFor(inherited, before, wanted);
  const uses = chain.map(({ name, version }) => ({ template: name, version }));
  return { template, uses, ...(own !== undefined && { own }) };
}

/** What is wrong with a layer by itself, whatever it is laid over. */
export function layerFaults(document: unknown): Fault[] {
  if (!isMapping(document))
    return [
      {
        code: 'not-a-document',
        path: '',
        value: document,
        expected: 'a mapping with fields of a branch document, such as queues:',
        severity: 'error',
      },
    ];
  return removalFaults(document, []);
}

function removalFaults(at: Readonly<Record<string, unknown>>, path: readonly string[]): Fault[] {
  return Object.entries(at).flatMap(([name, value]): Fault[] => {
    if (name !== REMOVE) return isMapping(value) ? removalFaults(value, [...path, name]) : [];
    if (Array.isArray(value) && list(value).every((each) => typeof each === 'string')) return [];
    const where = [...path, name].join('.');
    return [
      {
        code: 'wrong-type',
        path: where,
        value,
        expected: 'a list of names, such as [sales, fax]',
        severity: 'error',
      },
    ];
  });
}

/** The layer that a fault of the whole document comes from, by the fault's path; of a missing field, that of what it is missing in. */
export function layerOf(path: string, origins: readonly Origin[]): Origin | undefined {
  const given = origins.filter(({ removed }) => !removed);
  for (let at = path; at !== ''; at = withoutLast(at)) {
    const beneath = given.filter((origin) => isAt(origin.path.join('.'), at));
    const nearest = beneath.at(-1);
    if (nearest) return nearest;
    const above = given.find((origin) => isAt(at, origin.path.join('.')));
    if (above) return above;
  }
  return undefined;
}

const isAt = (path: string, at: string): boolean =>
  path === at || (path.startsWith(at) && (path[at.length] === '.' || path[at.length] === '['));

const withoutLast = (path: string): string =>
  path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0));
