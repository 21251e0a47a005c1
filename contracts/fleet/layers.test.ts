/** Layers laid over each other: what becomes of them, and what holds of all of them. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { layered, originsOf, over, ownFor, ownWithout, REMOVE, whole, type Layered } from './layers.ts';

const names = ['a', 'b', 'c'] as const;
const name = fc.constantFrom(...names);
const scalar = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constant('x'),
  fc.array(fc.nat(2), { maxLength: 2 }),
);
const { part } = fc.letrec((tie) => ({
  part: fc.oneof({ maxDepth: 3 }, scalar, tie('mapping')),
  mapping: fc
    .tuple(fc.dictionary(name, tie('part'), { maxKeys: 3 }), fc.option(fc.array(name, { maxLength: 2 })))
    .map(([fields, removed]) => ({ ...fields, ...(removed && { [REMOVE]: removed }) })),
}));
const top = fc
  .tuple(fc.dictionary(name, part, { maxKeys: 3 }), fc.option(fc.array(name, { maxLength: 2 })))
  .map(([fields, removed]) => ({ ...fields, ...(removed && { [REMOVE]: removed }) }));
const { wanted } = fc.letrec((tie) => ({
  wanted: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, scalar, tie('wanted')), { maxKeys: 3 }),
}));

const by = (layer: string | null) => ({ layer, version: 1 });
const lay = (...documents: unknown[]): Layered[] =>
  documents.map((document, index) => layered(document, by(String(index))));
const all = (...documents: unknown[]): Layered =>
  lay(...documents).reduce((lower, upper) => over(upper, lower));
const given = (layer: Layered) =>
  originsOf(layer).flatMap(({ path, value, layer: giver, removed }) =>
    removed ? [] : [{ path, value, giver }],
  );

function leavesOf(
  value: unknown,
  path: readonly string[] = [],
): { path: readonly string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }];
  const fields = Object.entries(value);
  return fields.length === 0
    ? [{ path, value }]
    : fields.flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

describe('layers over each other', () => {
  it('are joined name by name; a list is one field', () => {
    const fleet = {
      queues: { sales: { ring: '15s', order: 'longest-idle' } },
      routes: [{ to: 'emergency' }],
    };
    const east = { queues: { sales: { ring: '20s' }, service: {} }, routes: [{ to: 'mobile' }] };
    expect(whole(all(fleet, east))).toEqual({
      queues: { sales: { ring: '20s', order: 'longest-idle' }, service: {} },
      routes: [{ to: 'mobile' }],
    });
  });

  it('take out what is named, and give it anew where both are said', () => {
    const fleet = { queues: { sales: { ring: '15s' }, fax: { ring: '5s' } } };
    expect(whole(all(fleet, { queues: { [REMOVE]: ['fax'] } }))).toEqual({
      queues: { sales: { ring: '15s' } },
    });
    const anew = { queues: { [REMOVE]: ['sales'], sales: { order: 'round-robin' } } };
    expect(whole(all(fleet, anew))).toEqual({
      queues: { sales: { order: 'round-robin' }, fax: { ring: '5s' } },
    });
    expect(whole(all({}, { queues: { [REMOVE]: ['fax'] } }))).toEqual({});
  });

  it('tell of each field who gives it and what it stands in place of', () => {
    const origins = originsOf(all({ a: { b: 1, c: 2 } }, { a: { b: 3, [REMOVE]: ['c'] } }));
    expect(origins).toEqual([
      {
        layer: '1',
        version: 1,
        path: ['a', 'b'],
        value: 3,
        removed: false,
        over: [{ ...by('0'), value: 1 }],
      },
      {
        layer: '1',
        version: 1,
        path: ['a', 'c'],
        value: undefined,
        removed: true,
        over: [{ ...by('0'), value: 2 }],
      },
    ]);
  });
});

test('laying is associative: in the document and in who gives each field', () => {
  fc.assert(
    fc.property(top, top, top, (one, two, three) => {
      const [lowest, middle, upper] = lay(one, two, three) as [Layered, Layered, Layered];
      const left = over(over(upper, middle), lowest);
      const right = over(upper, over(middle, lowest));
      expect(whole(left)).toEqual(whole(right));
      expect(new Set(given(left).map((each) => JSON.stringify(each)))).toEqual(
        new Set(given(right).map((each) => JSON.stringify(each))),
      );
    }),
  );
});

test('every field of the document has exactly one giver, and it is one that says it', () => {
  fc.assert(
    fc.property(top, top, top, (...documents) => {
      const layers = all(...documents);
      const told = given(layers).map(({ path, value }) => ({ path, value }));
      const key = (each: unknown): string => JSON.stringify(each);
      const document = whole(layers);
      const leaves = Object.keys(document as object).length === 0 ? told : leavesOf(document);
      expect(told.map(key).sort()).toEqual(leaves.map(key).sort());
      for (const { path, value, giver } of given(layers)) {
        const said = path.reduce<unknown>(
          (at, step) => (at as Record<string, unknown> | undefined)?.[step],
          documents[Number(giver)],
        );
        if (typeof value !== 'object' || Array.isArray(value)) expect(said).toEqual(value);
      }
    }),
  );
});

test('the same layers make the same document; with nothing above, a branch is what it says itself', () => {
  fc.assert(
    fc.property(top, wanted, (layer, document) => {
      expect(whole(all(layer, document))).toEqual(whole(all(layer, document)));
      expect(whole(layered(document, by(null)))).toEqual(document);
    }),
  );
});

test('what a branch must say itself makes exactly the document that is wanted, whatever it inherits and said before', () => {
  fc.assert(
    fc.property(top, top, top, wanted, (fleet, group, before, document) => {
      const inherited = all(fleet, group);
      const own = ownFor(inherited, before, document) ?? { [REMOVE]: [] };
      expect(whole(over(layered(own, by(null)), inherited))).toEqual(document);
    }),
  );
});

describe('what a branch says itself', () => {
  const inherited = all({ queues: { sales: { ring: '15s', order: 'round-robin' }, fax: {} } });
  it('is the least that makes the difference, and what it said before', () => {
    const document = { queues: { sales: { ring: '20s', order: 'round-robin' } }, site: { id: 'x' } };
    expect(ownFor(inherited, undefined, document)).toEqual({
      queues: { sales: { ring: '20s' }, [REMOVE]: ['fax'] },
      site: { id: 'x' },
    });
    const before = { queues: { sales: { order: 'round-robin' } } };
    expect(ownFor(inherited, before, document)).toMatchObject({
      queues: { sales: { ring: '20s', order: 'round-robin' } },
    });
  });

  it('gives a field back to what is inherited', () => {
    const own = { queues: { sales: { ring: '20s' }, [REMOVE]: ['fax'] }, site: { id: 'x' } };
    const back = ownWithout(own, ['queues', 'sales', 'ring']);
    expect(back).toEqual({ queues: { [REMOVE]: ['fax'] }, site: { id: 'x' } });
    expect(ownWithout(back, ['queues', 'fax'])).toEqual({ site: { id: 'x' } });
  });
});
