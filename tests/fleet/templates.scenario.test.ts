/**
 * Documents from templates on the wire: headquarters as it ships, boxes simulated by the contract. A version of a template reaches branches
 * by a rollout alone; a bad one is taken back with what the documents were made of; what is a branch's own stays.
 */
import type { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentTaken } from '@branchline/contracts/http/fleet-documents';
import { templateRoutes } from '@branchline/contracts/http/templates';
import { documentOf, Fleet, ringOf, WELL, WHO } from './fleet.ts';

const names = ['b0', 'b1', 'b2', 'b3'];
/** Boxes whose telephones do not come back once they ring for 99 s. */
const fleet = new Fleet(names, (name, source) =>
  name === 'b1' && source.includes('99s') ? { ...WELL, phones: { 'desk-1': false } } : WELL,
);
beforeAll(() => fleet.start(), 60_000);
afterAll(() => fleet.end());

const NATIONAL = 'hours:\n  shop: { open: { mon-fri: "09:00-18:00" } }\nqueues:\n  service: { ring: 20s }\n';
type Answer<K extends keyof typeof templateRoutes> = z.output<
  NonNullable<(typeof templateRoutes)[K]['response']>
>;
async function read<K extends keyof typeof templateRoutes>(
  route: K,
  path: string,
  body?: object,
): Promise<Answer<K>> {
  const { status, json } = await fleet.ask(path, body);
  expect(status, JSON.stringify(json)).toBe(200);
  return templateRoutes[route].response?.parse(json) as Answer<K>;
}
const putTemplate = (name: string, source: string, after: number, parent: string | null = null) =>
  read('putTemplate', `/api/templates/${name}`, { source, parent, ...WHO, after });
const originsOf = (box: string) => read('documentOrigins', `/api/boxes/${box}/origins`);
const ringFrom = async (box: string) =>
  (await originsOf(box)).fields.find(({ path }) => path.join('.') === 'queues.service.ring');
const plan = (name: string, change: object, boxes = names) => ({
  ...{ name, change, boxes },
  waves: [{ take: 'boxes', boxes: [boxes[0] ?? ''] }, { take: 'rest' }],
  gates: { soakS: 1, patienceS: 0 },
  hours: { by: 'any' },
});
const rolled = async (name: string, change: object, boxes = names) => {
  const { id } = await fleet.begin(plan(name, change, boxes));
  return fleet.until(id, ({ status }) => !['running', 'going-back'].includes(status));
};
const ringsInForce = (): (string | undefined)[] => names.map((name) => ringOf(fleet.box(name)));

describe('a branch comes to stand beneath templates', { timeout: 60_000 }, () => {
  it('by a rollout, which leaves it what it has of its own and gives it the rest', async () => {
    await fleet.settle();
    await putTemplate('fleet', NATIONAL, 0);
    await putTemplate('east', 'queues:\n  service: { wrap-up: 7s }\n', 0, 'fleet');
    const change = { kind: 'assignment', template: 'east' };
    expect((await rolled('all beneath east', change)).status).toBe('done');
    expect(ringsInForce()).toEqual(['15s', '15s', '15s', '15s']);
    for (const name of names) expect(fleet.box(name).source).toContain('wrap-up: 7s');
    expect(await ringFrom('b0')).toMatchObject({
      layer: null,
      value: '15s',
      over: [{ layer: 'fleet', version: 1, value: '20s' }],
    });
    const { templates } = await read('templates', '/api/templates');
    expect(templates).toMatchObject([
      { name: 'east', directly: names, uses: [{ version: 1, branches: 4 }] },
      { name: 'fleet', directly: [], uses: [{ version: 1, branches: 4 }], inForce: 1 },
    ]);
  });

  it('and gives a field back to them in one step', async () => {
    for (const name of names) {
      const taken = await fleet.ask(`/api/boxes/${name}/documents/inherit`, {
        paths: [['queues', 'service', 'ring']],
        ...WHO,
        after: 2,
      });
      expect(documentTaken.parse(taken.json)).toMatchObject({
        ok: true,
        version: 3,
        difference: [{ path: ['queues', 'service', 'ring'], was: '15s', becomes: '20s' }],
      });
    }
    expect(await ringFrom('b0')).toMatchObject({ layer: 'fleet', version: 1, over: [] });
    await expect.poll(ringsInForce).toEqual(['20s', '20s', '20s', '20s']);
  });
});

describe('a version of a template', { timeout: 60_000 }, () => {
  it('that would be a fault somewhere is told with layer, field, value, remedy and branches', async () => {
    const source = NATIONAL.replace('20s', 'soon');
    const told = await read('checkTemplate', '/api/templates/fleet/check', { source, parent: null });
    expect(told).toMatchObject({ ok: true, breaks: 4 });
    expect(told.branches[0]).toMatchObject({
      box: 'b0',
      faults: [
        {
          path: 'queues.service.ring',
          value: 'soon',
          layer: 'fleet',
          expected: expect.stringMatching(/15s/) as string,
        },
      ],
    });
    expect(await putTemplate('fleet', source, 1)).toMatchObject({ version: 2 });
    const change = { kind: 'template', template: 'fleet', version: 2 };
    expect((await fleet.ask('/api/rollouts', { ...plan('bad', change), ...WHO })).json).toMatchObject({
      code: 'rollout-hindered',
    });
    await expect.poll(ringsInForce).toEqual(['20s', '20s', '20s', '20s']);
  });

  it('in a circle is refused with its path, and so is one without its parent', async () => {
    expect((await putTemplate('fleet', NATIONAL, 2, 'east')).faults).toMatchObject([
      { code: 'no-end', path: 'fleet.parent', value: 'fleet › east › fleet' },
    ]);
    expect((await putTemplate('west', 'queues: {}', 0, 'nowhere')).faults).toMatchObject([
      { code: 'unknown-reference', path: 'west.parent', value: 'nowhere' },
    ]);
  });

  it('that costs a box its telephones is taken back, text and version; the one before stays in force', async () => {
    await putTemplate('fleet', NATIONAL.replace('20s', '99s'), 2);
    const over = await rolled('99 s', { kind: 'template', template: 'fleet', version: 3 });
    expect(over).toMatchObject({ status: 'gone-back', stop: { by: 'gate', gate: 'phones', box: 'b1' } });
    expect(ringsInForce()).toEqual(['20s', '20s', '20s', '20s']);
    for (const name of names) expect(await ringFrom(name)).toMatchObject({ layer: 'fleet', version: 1 });
    const { inForce, version } = await read('template', '/api/templates/fleet');
    expect({ inForce, version }).toEqual({ inForce: 1, version: 3 });
  });

  it('that proves itself everywhere is in force; a branch with its own value keeps that one', async () => {
    const { version } = (await originsOf('b3')) as { version: number };
    await fleet.ask('/api/boxes/b3/documents', {
      ...WHO,
      source: fleet.box('b3').source.replace('20s', '33s'),
      after: version,
    });
    await expect.poll(() => ringOf(fleet.box('b3'))).toBe('33s');
    await putTemplate('fleet', NATIONAL.replace('20s', '25s'), 3);
    expect((await rolled('25 s', { kind: 'template', template: 'fleet', version: 4 })).status).toBe('done');
    expect(ringsInForce()).toEqual(['25s', '25s', '25s', '33s']);
    expect(await ringFrom('b3')).toMatchObject({
      layer: null,
      over: [{ layer: 'fleet', version: 4, value: '25s' }],
    });
    expect(await read('template', '/api/templates/fleet')).toMatchObject({ inForce: 4 });
  });
});

describe('a change at the box', { timeout: 30_000 }, () => {
  it('of a field that a template gives is taken up as what the branch says itself', async () => {
    const box = fleet.box('b0');
    const source = box.source.replace('25s', '40s');
    box.changeHere(source);
    await expect
      .poll(async () => ((await fleet.ask('/api/boxes/b0/documents')).json as { standing: string }).standing)
      .toBe('drift');
    const { version } = (await originsOf('b0')) as { version: number };
    await fleet.ask('/api/boxes/b0/documents/settle', { choice: 'take-up', ...WHO, after: version });
    expect(await ringFrom('b0')).toMatchObject({
      layer: null,
      value: '40s',
      over: [{ layer: 'fleet', version: 4, value: '25s' }],
    });
  });
});

describe('a new branch', { timeout: 30_000 }, () => {
  it('begins beneath a template with what is its own', async () => {
    await fleet.bed.enrol('b9');
    const { json } = await fleet.ask('/api/boxes/b9/documents/own', {
      source: documentOf('b9').replace(/\nqueues:[^]*/, ''),
      template: 'east',
      ...WHO,
      after: 0,
    });
    expect(documentTaken.parse(json)).toMatchObject({ ok: true, version: 1 });
    expect(await ringFrom('b9')).toMatchObject({ layer: 'fleet', version: 4 });
  });
});

describe('a template that is taken away', { timeout: 60_000 }, () => {
  const remove = (name: string) => fleet.remove(`/api/templates/${name}`);
  const versionOf = async (box: string) => (await originsOf(box)).version ?? 0;

  it('is refused while branches or templates are beneath it, and both are named', async () => {
    expect(await remove('fleet')).toMatchObject({
      status: 409,
      json: {
        code: 'template-in-use',
        message: "Template 'fleet' is in use: branches b0, b1, b2, b3, b9; templates east.",
        value: { branches: [...names, 'b9'], templates: ['east'], rollouts: [] },
      },
    });
    expect(await read('template', '/api/templates/fleet')).toMatchObject({ version: 4 });
  });

  it('leaves a branch that goes back to it with the text, as its own; its name may be used again', async () => {
    await putTemplate('spare', 'queues:\n  service: { wrap-up: 9s }\n', 0);
    const to = (template: string | null) => ({ kind: 'assignment', template, overrides: 'drop' });
    expect((await rolled('beneath spare', to('spare'), ['b1'])).status).toBe('done');
    const beneath = await versionOf('b1');
    expect((await remove('spare')).status).toBe(409);
    expect((await rolled('beneath none', to(null), ['b1'])).status).toBe('done');
    expect(await remove('spare')).toMatchObject({ status: 200 });
    expect((await fleet.ask('/api/templates/spare')).status).toBe(404);
    expect((await read('templates', '/api/templates')).templates.map(({ name }) => name)).not.toContain(
      'spare',
    );
    const asked = { ...WHO, after: await versionOf('b1') };
    expect((await fleet.ask(`/api/boxes/b1/documents/${beneath}/go-back`, asked)).status).toBe(200);
    expect(await originsOf('b1')).toMatchObject({ version: asked.after + 1, composition: null });
    expect(await putTemplate('spare', 'queues: {}', 0)).toMatchObject({ version: 2 });
    expect(await read('template', '/api/templates/spare')).toMatchObject({ inForce: 2 });
  });
});
