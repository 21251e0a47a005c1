/**
 * Partial documents laid one over the other, with the giver of every field kept. A mapping is joined name by name; a text, a number or a
 * list of the upper layer stands in place of what is below. `$remove` in a mapping takes out what lower layers say under these names; a
 * name that is taken out and given in one layer is given anew, without anything from below. Pure.
 */
import { isSame } from '../branch/difference.ts';
import { isMapping, texts, type Raw } from '../branch/raw.ts';

export const REMOVE = '$remove';

/** Who says something: a version of a template, or with null the branch itself. */
export interface Giver {
  readonly layer: string | null;
  readonly version: number;
}

/** A value that a layer says, whether it counts or not. */
export interface Given extends Giver {
  readonly value: unknown;
}

interface Leaf {
  readonly is: 'leaf';
  readonly value: unknown;
  readonly by: Giver;
  /** What it stands in place of, the nearest layer first. */
  readonly over: readonly Given[];
}

interface Mapping {
  readonly is: 'mapping';
  readonly by: Giver;
  readonly fields: ReadonlyMap<string, Layered>;
  readonly removed: ReadonlyMap<string, Removal>;
  /** A layer says it; one in which something is only taken out makes no mapping where there was none. */
  readonly given: boolean;
  /** Nothing from below belongs to it. */
  readonly anew: boolean;
}

interface Removal {
  readonly by: Giver;
  readonly over: readonly Given[];
}

export type Layered = Leaf | Mapping;

/** One layer as it was written. */
export function layered(document: unknown, by: Giver): Layered {
  if (!isMapping(document)) return { is: 'leaf', value: document, by, over: [] };
  const names = texts(document[REMOVE]);
  const fields = new Map<string, Layered>();
  for (const [name, value] of Object.entries(document)) {
    if (name === REMOVE) continue;
    const field = layered(value, by);
    fields.set(name, field.is === 'mapping' && names.includes(name) ? { ...field, anew: true } : field);
  }
  const removed = new Map(
    names.flatMap((name) => (fields.has(name) ? [] : [[name, { by, over: [] }] as const])),
  );
  const given = !Object.hasOwn(document, REMOVE) || [...fields.values()].some(isGiven);
  return { is: 'mapping', by, fields, removed, given, anew: false };
}

const isGiven = (layer: Layered): boolean => layer.is === 'leaf' || layer.given;

/** Associative: the layers above a branch may be laid together once for all of its branches. */
export function over(upper: Layered, lower: Layered): Layered {
  if (upper.is === 'leaf') return { ...upper, over: [...upper.over, ...saidBy(lower)] };
  if (upper.anew) return upper;
  if (lower.is === 'leaf') return upper.given ? { ...upper, anew: true } : lower;
  const fields = new Map(lower.fields);
  const removed = new Map(lower.removed);
  for (const [name, removal] of upper.removed) {
    const below = fields.get(name);
    const known = removed.get(name)?.over ?? [];
    removed.set(name, { by: removal.by, over: [...removal.over, ...(below ? saidBy(below) : known)] });
    fields.delete(name);
  }
  for (const [name, field] of upper.fields) {
    const below = fields.get(name);
    const wasTakenOut = removed.delete(name);
    fields.set(name, below ? over(field, below) : wasTakenOut ? alone(field) : field);
  }
  const { given, by } = lower.given ? lower : upper;
  return { is: 'mapping', by, fields, removed, given, anew: lower.anew };
}

const alone = (field: Layered): Layered => (field.is === 'mapping' ? { ...field, anew: true } : field);

/** A mapping that nobody gives says nothing. */
function saidBy(layer: Layered): readonly Given[] {
  if (!isGiven(layer)) return [];
  return [{ ...layer.by, value: whole(layer) }, ...(layer.is === 'leaf' ? layer.over : [])];
}

/** The document that the layers make together. */
export function whole(layer: Layered): unknown {
  if (layer.is === 'leaf') return layer.value;
  return Object.fromEntries(
    [...layer.fields].flatMap(([name, field]) => (isGiven(field) ? [[name, whole(field)]] : [])),
  );
}

/** A field of a document with its giver. A list is one field, and so is an empty mapping. */
export interface Origin extends Given {
  readonly path: readonly string[];
  readonly over: readonly Given[];
  /** It is taken out by the giver; `over` has what would be there. */
  readonly removed: boolean;
}

/** Where each field comes from, in the order of the document; what was taken out follows its neighbours. */
export function originsOf(layer: Layered, path: readonly string[] = []): Origin[] {
  if (layer.is === 'leaf')
    return [{ ...layer.by, path, value: layer.value, over: layer.over, removed: false }];
  const fields = [...layer.fields].filter(([, field]) => isGiven(field));
  const own =
    fields.length === 0 && layer.given ? [{ ...layer.by, path, value: {}, over: [], removed: false }] : [];
  return [
    ...own,
    ...fields.flatMap(([name, field]) => originsOf(field, [...path, name])),
    ...takenOut(layer, path),
  ];
}

function takenOut({ removed }: Mapping, path: readonly string[]): Origin[] {
  return [...removed].flatMap(([name, { by, over: was }]) =>
    was.length === 0 ? [] : [{ ...by, path: [...path, name], value: undefined, over: was, removed: true }],
  );
}

/**
 * What a branch must say itself so that with `inherited` below it is exactly `wanted`: the least, with what it said before and still holds
 * (`before`), though it be the same as what it would inherit. Undefined where nothing is to be said.
 */
export function ownFor(inherited: Layered | undefined, before: unknown, wanted: unknown): unknown {
  if (!inherited || !isGiven(inherited)) return wanted;
  if (!isMapping(wanted) || inherited.is === 'leaf') {
    if (!isSame(whole(inherited), wanted)) return wanted;
    return before !== undefined && isSame(before, wanted) ? wanted : undefined;
  }
  return ownFields(inherited, isMapping(before) ? before : {}, wanted);
}

function ownFields(inherited: Mapping, before: Raw, wanted: Raw): Raw | undefined {
  const said: [string, unknown][] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const own = ownFor(inherited.fields.get(name), fieldOf(before, name), value);
    if (own !== undefined) said.push([name, own]);
  }
  const remove = [
    ...[...inherited.fields].flatMap(([name, field]) => (isGiven(field) ? [name] : [])),
    ...texts(before[REMOVE]),
  ].filter((name) => !Object.hasOwn(wanted, name));
  if (remove.length > 0) said.push([REMOVE, [...new Set(remove)]]);
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

/** What a branch says itself where `inherited` says nothing: what is left of it when the templates are to count. */
export function ownBeside(own: unknown, inherited: Layered | undefined): unknown {
  if (!inherited || !isGiven(inherited)) return own;
  if (!isMapping(own) || inherited.is === 'leaf') return undefined;
  const said = Object.entries(own).flatMap(([name, value]): [string, unknown][] => {
    if (name !== REMOVE) {
      const left = ownBeside(value, inherited.fields.get(name));
      return left === undefined ? [] : [[name, left]];
    }
    const still = texts(value).filter((each) => !inherited.fields.has(each));
    return still.length > 0 ? [[name, still]] : [];
  });
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

const fieldOf = (raw: Raw, name: string): unknown => (Object.hasOwn(raw, name) ? raw[name] : undefined);

/** What a branch says itself, without one field and all beneath it; what was taken out under that name is there again. */
export function ownWithout(own: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (!isMapping(own) || name === undefined) return undefined;
  const { [name]: field, [REMOVE]: removed, ...others } = own;
  const left = rest.length > 0 ? ownWithout(field, rest) : undefined;
  const still = texts(removed).filter((each) => rest.length > 0 || each !== name);
  const kept = {
    ...others,
    ...(left !== undefined && { [name]: left }),
    ...(still.length > 0 && { [REMOVE]: still }),
  };
  return Object.keys(kept).length > 0 ? kept : undefined;
}
