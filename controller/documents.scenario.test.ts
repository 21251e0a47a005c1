/** Documents at headquarters, over the real API and the real broker: versions, what is refused, what a box is sent, drift settled. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DesiredState } from '@branchline/contracts/fleet/documents';
import { branchDocuments, documentRoutes, documentTaken } from '@branchline/contracts/http/fleet-documents';
import { readYaml } from '@branchline/runtime/yaml-text';
import { Bed, type TestBox } from './test-bed.ts';

const bed = new Bed();
let cookie = '';
beforeAll(async () => {
  await bed.start();
  ({ cookie } = await bed.signIn());
});
afterAll(() => bed.end());

const sample = readFileSync(new URL('../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const documentOf = (box: string, name = 'Hangzhou West'): string =>
  sample.replace('id: hangzhou-west', `id: ${box}`).replace('Hangzhou West', name);
const revisionOf = (source: string): string => createHash('sha256').update(source).digest('hex');
const online = { v: 1, state: 'online', version: '1.0', at: new Date().toISOString() } as const;

async function ask(path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const answer = await bed.api(path, {
    headers: { cookie, 'content-type': 'application/json' },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, json: await answer.json() };
}
const asker = (after: number) => ({ reason: 'winter hours', after });
const put = async (box: string, source: string, after: number) =>
  documentTaken.parse((await ask(`/api/boxes/${box}/documents`, { source, ...asker(after) })).json);
const documentsOf = async (box: string) =>
  branchDocuments.parse((await ask(`/api/boxes/${box}/documents`)).json);

function report(
  box: TestBox,
  source: string,
  desired?: Partial<DesiredState>,
  document: Record<string, unknown> = {},
) {
  return box.tell('reported', {
    v: 1,
    version: '1.0',
    revision: revisionOf(source),
    document,
    warnings: 0,
    at: new Date().toISOString(),
    source,
    ...(desired && {
      desired: { seen: null, common: 0, state: 'none', at: null, ...desired },
    }),
  });
}

describe('a version', () => {
  it('goes to the box that is there, and to one that comes later; both are told again until they have it', async () => {
    const certificate = await bed.enrol('early');
    const box = await bed.box('early', certificate);
    const source = documentOf('early');
    expect(await put('early', source, 0)).toMatchObject({ ok: true, version: 1 });
    const sent = await box.told('desired', ({ version }) => version === 1);
    expect(sent).toMatchObject({
      source,
      revision: revisionOf(source),
      author: 'admin',
      confirmWithinS: 120,
      overwrite: false,
    });
    box.client.end(true);
    const later = await bed.box('early', certificate);
    await later.tell('presence', online, true);
    await later.told('desired', ({ version }) => version === 1);
    const once = await bed.box('early', certificate);
    await report(once, 'something else', {});
    await once.told('desired', ({ version }) => version === 1);
  });

  it('with faults leaves nothing behind, and every fault is named', async () => {
    await bed.enrol('faulty');
    const source = documentOf('faulty')
      .replace('country: CN', 'country: XX1')
      .replace('to: flow welcome', 'to: flow gone');
    const taken = await put('faulty', source, 0);
    expect(taken).toMatchObject({ ok: false, version: null });
    expect(taken.faults.filter(({ severity }) => severity === 'error').length).toBeGreaterThanOrEqual(2);
    expect((await put('faulty', 'a: [', 0)).faults).toMatchObject([{ code: 'not-a-document' }]);
    expect((await put('faulty', documentOf('another'), 0)).faults).toMatchObject([
      { path: 'site.id', value: 'another' },
    ]);
    expect((await put('faulty', `${documentOf('faulty')}# ${'x'.repeat(90_000)}`, 0)).ok).toBe(false);
    expect((await documentsOf('faulty')).versions).toEqual([]);
  });

  it('of one who did not see the newest is refused with its number', async () => {
    await bed.enrol('contested');
    await put('contested', documentOf('contested', 'One'), 0);
    const { status, json } = await ask('/api/boxes/contested/documents', {
      source: documentOf('contested', 'Two'),
      ...asker(0),
    });
    expect(status).toBe(409);
    expect(json).toMatchObject({ code: 'newer-version', field: 'body.after', value: 0 });
  });

  it('tells what it changed, and an earlier one comes back as a new one', async () => {
    await bed.enrol('moving');
    await put('moving', documentOf('moving', 'One'), 0);
    await put('moving', documentOf('moving', 'Two'), 1);
    const { json } = await ask('/api/boxes/moving/documents/2');
    const detail = documentRoutes.documentVersion.response?.parse(json);
    expect(detail?.difference).toEqual([{ path: ['site', 'name', 'en'], was: 'One', becomes: 'Two' }]);
    const back = await ask('/api/boxes/moving/documents/1/go-back', asker(2));
    expect(back.json).toMatchObject({ ok: true, version: 3 });
    const { versions } = await documentsOf('moving');
    expect(versions.map(({ version, origin, cameFrom }) => [version, origin, cameFrom])).toEqual([
      [3, 'went-back', 1],
      [2, 'written', null],
      [1, 'written', null],
    ]);
    const audit = documentRoutes.audit.response?.parse((await ask('/api/audit?box=moving&limit=2')).json);
    expect(audit).toMatchObject({ more: true, entries: [{ who: 'admin', action: 'document' }, {}] });
  });

  it('is still there after a restart, and the list of boxes knows it', async () => {
    await bed.enrol('kept');
    await put('kept', documentOf('kept'), 0);
    await bed.stop();
    await bed.start();
    expect(await documentsOf('kept')).toMatchObject({ version: 1, standing: 'waiting' });
  });
});

describe('how a box stands to the newest version', () => {
  it('is told by what it reports: waiting, trying, confirmed, refused, gone back', async () => {
    const box = await bed.box('standing');
    const source = documentOf('standing');
    await put('standing', source, 0);
    const seen = { version: 1, revision: revisionOf(source) };
    const at = new Date().toISOString();
    const stands = async (text: string, desired: Partial<DesiredState>) => {
      await report(box, text, desired);
      await box.told('reported-ack', ({ revision }) => revision === revisionOf(text));
      return (await documentsOf('standing')).standing;
    };
    expect(await stands('as it was', {})).toBe('waiting');
    expect(await stands(source, { seen, state: 'trying', until: at })).toBe('trying');
    expect(await stands('back', { seen, state: 'reverted', because: 'headquarters-lost' })).toBe('reverted');
    expect(await stands('kept', { seen, state: 'refused', faults: [] })).toBe('refused');
    expect(await stands('by hand', { seen, common: 1, state: 'confirmed' })).toBe('drift');
    const conflicts = [{ path: ['site'] }];
    expect(await stands('merged', { seen, common: 1, state: 'confirmed', conflicts })).toBe('conflict');
    const shown = await documentsOf('standing');
    expect(shown.box?.conflicts).toEqual(conflicts);
  });

  it('drift is taken up as a new version, or overwritten with the newest', async () => {
    const box = await bed.box('drifting');
    const [source, local] = [documentOf('drifting'), documentOf('drifting', 'By Hand')];
    await put('drifting', source, 0);
    await report(box, local, {
      seen: { version: 1, revision: revisionOf(source) },
      common: 1,
      state: 'confirmed',
    });
    await box.told('reported-ack', ({ revision }) => revision === revisionOf(local));
    const over = await ask('/api/boxes/drifting/documents/settle', { ...asker(1), choice: 'overwrite' });
    expect(over.json).toMatchObject({ ok: true, version: 2 });
    expect(await box.told('desired', ({ version }) => version === 2)).toMatchObject({
      source,
      overwrite: true,
    });
    const up = await ask('/api/boxes/drifting/documents/settle', { ...asker(2), choice: 'take-up' });
    expect(up.json).toMatchObject({ ok: true, version: 3 });
    expect(await box.told('desired', ({ version }) => version === 3)).toMatchObject({
      source: local,
      overwrite: false,
    });
  });

  it('what is taken up tells the box from what, and so does the version after it, until the box has one in common', async () => {
    const box = await bed.box('base');
    const local = documentOf('base', 'At the box');
    await report(box, local, {});
    await box.told('reported-ack', () => true);
    await ask('/api/boxes/base/documents/settle', { ...asker(0), choice: 'take-up' });
    const base = { revision: revisionOf(local) };
    expect((await box.told('desired', ({ version }) => version === 1)).base).toEqual(base);
    await put('base', documentOf('base', 'Two'), 1);
    expect((await box.told('desired', ({ version }) => version === 2)).base).toEqual({
      ...base,
      source: local,
    });
    const seen = { version: 2, revision: revisionOf(documentOf('base', 'Two')) };
    await report(box, documentOf('base', 'Two'), { seen, common: 2, state: 'confirmed' });
    await box.told('reported-ack', ({ revision }) => revision === seen.revision);
    await put('base', documentOf('base', 'Three'), 2);
    expect((await box.told('desired', ({ version }) => version === 3)).base).toBeUndefined();
  });

  it('a box of an earlier release, which sends no text, is taken up as it reported', async () => {
    const box = await bed.box('older');
    const read = readYaml(documentOf('older'));
    const document = read.ok ? (read.value as Record<string, unknown>) : {};
    await box.tell('reported', {
      v: 1,
      version: '0.1.0',
      revision: 'f'.repeat(64),
      document,
      warnings: 0,
      at: new Date().toISOString(),
    });
    await box.told('reported-ack', () => true);
    const up = await ask('/api/boxes/older/documents/settle', { ...asker(0), choice: 'take-up' });
    expect(up.json).toMatchObject({ ok: true, version: 1 });
  });
});

describe('bad input', () => {
  it.each([
    ['/api/boxes/nobody/documents', undefined, 404],
    ['/api/boxes/known/documents/0', undefined, 404],
    ['/api/boxes/known/documents/x', undefined, 404],
    ['/api/boxes/known/documents/99', undefined, 404],
    ['/api/boxes/known/documents/settle', { ...asker(0), choice: 'take-up' }, 404],
    ['/api/boxes/known/documents/settle', { ...asker(0), choice: 'maybe' }, 400],
    ['/api/boxes/known/documents', { source: '', reason: 'r', after: 0 }, 400],
    ['/api/boxes/known/documents', { source: 'a', reason: '', after: 0 }, 400],
    ['/api/boxes/known/documents', { source: 'a', reason: 'r', after: -1 }, 400],
    ['/api/boxes/known/documents', { source: 'a', reason: 'r', after: 0, confirmWithinS: 1 }, 400],
  ])('%s with %j is answered %i', async (path, body, status) => {
    await bed.enrol('known');
    expect((await ask(path, body)).status).toBe(status);
  });
});
