/** Templates with their versions, and who stands beneath them, on each database. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Boxes } from './boxes.ts';
import type { Database } from './database.ts';
import { DocumentVersions, type StoredVersion } from './document-versions.ts';
import { TemplateStore } from './templates.ts';
import { databases } from './testing/databases.ts';

const by = { author: 'chen', reason: 'so', at: 0, changes: 1 };
const audit = { at: 0, who: 'chen', address: '', action: 'template', box: null, detail: '' };
const composition = {
  template: 'fleet',
  uses: [{ template: 'fleet', version: 1 }],
  own: { site: { id: 'x' } },
};
const version = (number: number, made: StoredVersion['composition']): StoredVersion => ({
  ...{
    version: number,
    revision: 'r',
    source: 'a: 1',
    author: 'chen',
    reason: 'so',
    at: '',
    origin: 'written',
  },
  ...{ cameFrom: null, changes: 1, confirmWithinS: 120, overwrite: false, composition: made },
});

describe.each(databases)('templates on $name', ({ open }) => {
  let db: Database;
  let versions: DocumentVersions;
  let store: TemplateStore;
  beforeEach(async () => {
    db = await open();
    versions = new DocumentVersions(db, new Boxes(db));
    store = new TemplateStore(db, versions);
  });
  afterEach(() => db.close());
  const add = (number: number, source: string): Promise<void> =>
    store.add({ name: 'fleet', version: number, parent: null, source, ...by }, audit);

  it('are kept in versions; the first one is in force until another one is put there', async () => {
    await add(1, 'queues: {}');
    await add(2, 'hours: {}');
    expect(await store.newest()).toMatchObject([{ name: 'fleet', version: 2, document: { hours: {} } }]);
    expect((await store.versions('fleet')).map((each) => each.version)).toEqual([2, 1]);
    expect(await store.version('fleet', 1)).toMatchObject({ document: { queues: {} }, parent: null });
    expect(await store.inForce()).toEqual(new Map([['fleet', 1]]));
    await store.putInForce('fleet', 2);
    expect(await store.inForce()).toEqual(new Map([['fleet', 2]]));
  });

  it('have each version once, and of one that is refused nothing stays in the log', async () => {
    await add(1, 'queues: {}');
    await expect(add(1, 'hours: {}')).rejects.toThrow();
    expect(await versions.audit({ limit: 10 })).toHaveLength(1);
  });

  it('that are taken away are named no more and keep their versions; the name may be used again, with numbers that go on', async () => {
    await add(1, 'queues: {}');
    await store.add({ name: 'east', version: 1, parent: 'fleet', source: 'a: 1', ...by }, audit);
    expect(await store.children('fleet')).toEqual(['east']);
    await store.remove('east', audit);
    expect(await store.children('fleet')).toEqual([]);
    await store.remove('fleet', audit);
    expect([await store.newest(), await store.versions('fleet')]).toEqual([[], []]);
    expect(await store.inForce()).toEqual(new Map());
    expect(await store.version('fleet', 1)).toMatchObject({ document: { queues: {} } });
    expect(await store.lastNumber('fleet')).toBe(1);
    await add(2, 'hours: {}');
    expect(await store.inForce()).toEqual(new Map([['fleet', 2]]));
    expect((await store.versions('fleet')).map((each) => each.version)).toEqual([2, 1]);
  });

  it('stand beneath another one by the version in force as well as by the newest', async () => {
    await add(1, 'queues: {}');
    await store.add({ name: 'east', version: 1, parent: 'fleet', source: 'a: 1', ...by }, audit);
    await store.add({ name: 'east', version: 2, parent: null, source: 'a: 1', ...by }, audit);
    expect(await store.children('fleet')).toEqual(['east']);
    await store.putInForce('east', 2);
    expect(await store.children('fleet')).toEqual([]);
  });

  it('know the branches beneath them by the newest version of their documents', async () => {
    const note = { ...audit, action: 'document', box: 'x' };
    await versions.add('x', version(1, composition), note);
    await versions.add('y', version(1, composition), note);
    await versions.add('y', version(2, null), note);
    expect(await store.beneath()).toEqual([{ box: 'x', version: 1, composition }]);
    expect(await versions.newest('x')).toMatchObject({ composition });
  });
});
