/** Chains of templates, what is wrong with one, and whose word a fault is. The examples of the documentation make a document. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { resolveBranch } from '../branch/resolve.ts';
import { originsOf } from './layers.ts';
import {
  chainOf,
  documentOf,
  inheritedOf,
  layerFaults,
  layerOf,
  MOST_LAYERS,
  resolved,
  type TemplateVersion,
} from './templates.ts';

const version = (name: string, parent: string | null, document: unknown = {}): TemplateVersion => ({
  ...{ name, version: 1, parent, document },
});
const among = (...all: TemplateVersion[]) => {
  const byName = new Map(all.map((each) => [each.name, each]));
  return (name: string) => byName.get(name);
};

describe('a chain', () => {
  it('goes from the topmost down', () => {
    const found = chainOf(
      'shop',
      among(version('shop', 'east'), version('east', 'fleet'), version('fleet', null)),
    );
    expect(found.ok && found.chain.map(({ name }) => name)).toEqual(['fleet', 'east', 'shop']);
  });

  it('in a circle is told with its path, from any branch that comes to it', () => {
    const at = among(version('shop', 'a'), version('a', 'b'), version('b', 'c'), version('c', 'a'));
    expect(chainOf('shop', at)).toMatchObject({
      ok: false,
      fault: { code: 'no-end', path: 'a.parent', value: 'a › b › c › a' },
    });
  });

  it('without one of its templates, or too long, is a fault that names where', () => {
    expect(chainOf('east', among(version('east', 'fleet')))).toMatchObject({
      fault: { code: 'unknown-reference', path: 'east.parent', value: 'fleet' },
    });
    const many = Array.from({ length: MOST_LAYERS + 1 }, (_, index) => version(`t${index}`, `t${index + 1}`));
    expect(chainOf('t0', among(...many))).toMatchObject({ fault: { code: 'out-of-range' } });
  });
});

test.each<[unknown, string]>([
  [[], ''],
  ['text', ''],
  [{ queues: { $remove: 'fax' } }, 'queues.$remove'],
  [{ $remove: [1] }, '$remove'],
])('%j is no layer', (document, path) => {
  expect(layerFaults(document)).toMatchObject([{ path, severity: 'error' }]);
});

test('a fault is laid to whoever gives the field, or the mapping in which one is missing', () => {
  const inherited = inheritedOf([version('fleet', null, { queues: { sales: { ring: 'soon' }, fax: {} } })]);
  const origins = originsOf(resolved(inherited, { queues: { sales: { order: 'x' } } }));
  const layer = (path: string): string | null | undefined => layerOf(path, origins)?.layer;
  expect(layer('queues.sales.ring')).toBe('fleet');
  expect(layer('queues.sales.order')).toBe(null);
  expect(layer('queues.fax.ring')).toBe('fleet');
  expect(layer('queues.sales.ring[0]')).toBe('fleet');
  expect(layer('people')).toBeUndefined();
});

test('the examples of the documentation make a document without a fault', () => {
  const example = (name: string): unknown =>
    parse(readFileSync(new URL(`../../docs/examples/templates/${name}.yaml`, import.meta.url), 'utf8'));
  const [fleet, north, own] = ['fleet', 'north', 'shop'].map(example);
  for (const layer of [fleet, north, own]) expect(layerFaults(layer)).toEqual([]);
  const inherited = inheritedOf([version('fleet', null, fleet), version('north', 'fleet', north)]);
  const document = documentOf(resolved(inherited, own));
  expect(resolveBranch(document)).toMatchObject({ ok: true });
  expect(document).toMatchObject({ queues: { service: { ring: '20s', 'wrap-up': '10s' } } });
  expect(document).toHaveProperty('recording', { default: 'always' });
});
