/** Documents with a rollout's change in them and without it again: text and what it is made of. */
import { beforeEach, describe, expect, test } from 'vitest';
import { readYaml } from '@branchline/runtime/yaml-text';
import { Composer } from '../fleet/composer.ts';
import { Boxes } from '../store/boxes.ts';
import { DocumentVersions, type StoredVersion } from '../store/document-versions.ts';
import { openSqlite } from '../store/open.ts';
import { TemplateStore } from '../store/templates.ts';
import { Moving, type Moved } from './moving.ts';

let store: TemplateStore;
let composer: Composer;
let moving: Moving;

beforeEach(async () => {
  const db = openSqlite(':memory:');
  store = new TemplateStore(db, new DocumentVersions(db, new Boxes(db)));
  composer = new Composer(store);
  moving = new Moving(composer);
  await template('fleet', 1, 'queues: { sales: { ring: 15s }, fax: { ring: 5s } }');
  await template('fleet', 2, 'queues: { sales: { ring: 30s } }');
  await template('east', 1, 'queues: { sales: { wrap-up: 7s } }', 'fleet');
});

function template(
  name: string,
  version: number,
  source: string,
  parent: string | null = null,
): Promise<void> {
  const by = { author: 'chen', reason: 'so', at: 0, changes: 1 };
  const audit = { at: 0, who: 'chen', address: '', action: 'template', box: null, detail: '' };
  return store.add({ name, version, parent, source, ...by }, audit);
}

const stored = (
  version: number,
  moved: { source: string; composition?: StoredVersion['composition'] },
): StoredVersion => ({
  ...{ version, revision: String(version), author: 'chen', reason: 'so', at: '', origin: 'rollout' },
  ...{ cameFrom: null, changes: 1, confirmWithinS: 120, overwrite: false },
  source: moved.source,
  composition: moved.composition ?? null,
});
const valueOf = (source: string): unknown => {
  const read = readYaml(source);
  return read.ok ? read.value : undefined;
};
function good(moved: Moved): Moved & { ok: true } {
  if (!moved.ok) throw new Error(`${moved.fault.path}: ${moved.fault.expected}`);
  return moved;
}
const WHOLE = '# of a shop\nsite: { id: shop }\nqueues: { sales: { ring: 10s } } # as agreed\n';
const beneath = async (overrides: 'keep' | 'drop' = 'keep', source = WHOLE): Promise<StoredVersion> =>
  stored(
    2,
    good(await moving.forward(stored(1, { source }), { kind: 'assignment', template: 'east', overrides })),
  );
const VERSION_2 = { kind: 'template', template: 'fleet', version: 2 } as const;

describe('a branch that comes beneath templates', () => {
  test('keeps what it says, remarks too, and gets what it does not say', async () => {
    const { source, composition } = await beneath();
    expect(source).toContain('# of a shop');
    expect(valueOf(source)).toEqual({
      site: { id: 'shop' },
      queues: { sales: { ring: '10s', 'wrap-up': '7s' }, fax: { ring: '5s' } },
    });
    expect(composition).toEqual({
      template: 'east',
      uses: [
        { template: 'fleet', version: 1 },
        { template: 'east', version: 1 },
      ],
      own: { site: { id: 'shop' }, queues: { sales: { ring: '10s' } } },
    });
  });

  test('goes by them where they are to count', async () => {
    const { source, composition } = await beneath('drop');
    expect(valueOf(source)).toMatchObject({ queues: { sales: { ring: '15s' } } });
    expect(composition?.own).toEqual({ site: { id: 'shop' } });
  });

  test('keeps all of it when it leaves them', async () => {
    const was = await beneath();
    const left = good(await moving.forward(was, { kind: 'assignment', template: null, overrides: 'keep' }));
    expect(left).toEqual({ ok: true, source: was.source, composition: null, same: false });
  });
});

describe('a version of a template', () => {
  test('brings what it says, takes out what it no longer says, and leaves what is the branch’s own', async () => {
    const was = await beneath();
    const moved = good(await moving.forward(was, VERSION_2));
    expect(valueOf(moved.source)).toEqual({
      site: { id: 'shop' },
      queues: { sales: { ring: '10s', 'wrap-up': '7s' } },
    });
    expect(moved.composition?.uses).toEqual([
      { template: 'fleet', version: 2 },
      { template: 'east', version: 1 },
    ]);
    expect(good(await moving.forward(stored(3, moved), VERSION_2)).same).toBe(true);
  });

  test('is nothing for a branch that stands elsewhere', async () => {
    expect(await moving.forward(stored(1, { source: WHOLE }), VERSION_2)).toMatchObject({
      ok: false,
      fault: { path: 'template', value: 'fleet' },
    });
  });

  test('taken back leaves text and versions as they were', async () => {
    const before = await beneath('drop');
    const carried = stored(3, good(await moving.forward(before, VERSION_2)));
    const back = good(await moving.back({ newest: carried, carried, before }, VERSION_2));
    expect(back).toMatchObject({ source: before.source, composition: before.composition });
  });

  test('taken back leaves what somebody else has changed since', async () => {
    const before = await beneath('drop');
    const carried = stored(3, good(await moving.forward(before, VERSION_2)));
    const source = carried.source.replace('wrap-up: 7s', 'wrap-up: 9s');
    const newest = stored(4, { source, composition: await composer.ofWhole(carried, source) });
    const back = good(await moving.back({ newest, carried, before }, VERSION_2));
    expect(valueOf(back.source)).toEqual({
      site: { id: 'shop' },
      queues: { sales: { ring: '15s', 'wrap-up': '9s' }, fax: { ring: '5s' } },
    });
    expect(back.composition).toEqual({
      ...before.composition,
      own: { site: { id: 'shop' }, queues: { sales: { 'wrap-up': '9s' } } },
    });
  });
});
