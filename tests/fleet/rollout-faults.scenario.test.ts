/** What may befall a rollout: headquarters begins anew in its midst, a box is away, a box refuses, a person steps in; and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callEvents } from '@branchline/controller/test-bed';
import { documentOf, Fleet, ringOf, ringPlan, WELL, WHO } from './fleet.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const fleet = new Fleet(names, (name, source) =>
  name === 'f' && source.includes('ring: 66s') ? { ...WELL, takes: 'reverted' } : WELL,
);
beforeAll(() => fleet.start());
afterAll(() => fleet.end());

const one = [{ take: 'rest' }];
const stepOf = (boxes: readonly { box: string; step: string }[], name: string): string | undefined =>
  boxes.find(({ box }) => box === name)?.step;

/** As it is told now. */
const failedCall = (name: string) =>
  callEvents(name, 1).flatMap((event) => {
    if (event.type === 'call.answered') return [];
    const body = event.type === 'call.ended' ? { ...event.body, outcome: 'failed' } : event.body;
    return [{ ...event, body, at: new Date().toISOString() }];
  });

describe('a rollout', { timeout: 60_000 }, () => {
  it('goes on after headquarters was away in its midst: each box is asked once', async () => {
    await fleet.settle();
    const waves = [{ take: 'boxes', boxes: ['a', 'b', 'c'] }, { take: 'rest' }];
    const { id } = await fleet.begin(ringPlan('20s', names, waves, { atOnce: 2 }));
    await fleet.until(id, ({ boxes }) => boxes.some(({ step }) => step === 'watching'));
    for (const box of fleet.boxes.values()) box.cut();
    await fleet.bed.stop();
    await fleet.bed.start();
    for (const box of fleet.boxes.values()) await box.connect();
    await fleet.until(id, ({ status }) => status === 'done');
    for (const box of fleet.boxes.values()) {
      expect(box.asked).toEqual([1, 2]);
      expect(ringOf(box)).toBe('20s');
    }
  });

  it('waits for a box that is away, and does not call it failed', async () => {
    fleet.box('e').cut();
    await fleet.here(names.length - 1);
    const { id } = await fleet.begin(ringPlan('30s', names, one));
    const waiting = await fleet.until(id, ({ counts }) => counts.good === names.length - 1);
    expect([waiting.status, stepOf(waiting.boxes, 'e')]).toEqual(['running', 'waiting']);
    await fleet.box('e').connect();
    await fleet.until(id, ({ status }) => status === 'done');
    expect(ringOf(fleet.box('e'))).toBe('30s');
  });

  it('is stopped by a box that goes back by itself; all have what they had', async () => {
    const { id } = await fleet.begin(ringPlan('66s', names, one));
    const over = await fleet.until(id, ({ status }) => status === 'gone-back');
    expect(over.stop).toMatchObject({ gate: 'confirm', box: 'f' });
    expect(over.boxes.find(({ box }) => box === 'f')?.findings[0]?.what).toEqual(['phones-lost']);
    for (const box of fleet.boxes.values()) expect(ringOf(box)).toBe('30s');
  });

  it('is stopped by calls that fail since, where they did not before', async () => {
    const gates = { soakS: 600, patienceS: 0, leastCalls: 2 };
    const { id } = await fleet.begin(ringPlan('67s', ['f'], one, { gates }));
    await fleet.until(id, ({ boxes }) => stepOf(boxes, 'f') === 'watching');
    for (const name of ['one', 'two']) fleet.box('f').tell(failedCall(name));
    const over = await fleet.until(id, ({ status }) => status === 'gone-back');
    expect(over.stop).toMatchObject({ gate: 'calls', box: 'f' });
    expect(over.boxes[0]?.findings.find(({ gate }) => gate === 'calls')).toMatchObject({
      ok: false,
      now: 100,
    });
  });

  it('that a person takes back keeps what another changed meanwhile', async () => {
    const { id } = await fleet.begin(
      ringPlan('40s', ['a', 'b'], [{ take: 'boxes', boxes: ['a'] }, { take: 'rest' }], {
        gates: { soakS: 600 },
      }),
    );
    await fleet.until(id, ({ boxes }) => stepOf(boxes, 'a') === 'watching');
    const { version } = (await fleet.ask('/api/boxes/a/documents')).json as { version: number };
    const source = documentOf('a', '40s').replace('en: Shop', 'en: Corner');
    await fleet.ask('/api/boxes/a/documents', { source, ...WHO, after: version });
    await fleet.ask(`/api/rollouts/${id}/abort`, { reason: 'too long' });
    const over = await fleet.until(id, ({ status }) => status === 'gone-back');
    expect(over.stop).toMatchObject({ by: 'person', who: 'admin' });
    expect(ringOf(fleet.box('a'))).toBe('30s');
    expect(fleet.box('a').source).toContain('en: Corner');
    expect(stepOf(over.boxes, 'b')).toBe('waiting');
  });

  it('is paused, goes on, and may be finished before its end', async () => {
    const waves = [{ take: 'boxes', boxes: ['b'] }, { take: 'rest' }];
    const { id } = await fleet.begin(ringPlan('50s', ['b', 'c'], waves));
    const order = (what: string) => fleet.ask(`/api/rollouts/${id}/${what}`, WHO);
    await fleet.until(id, ({ boxes }) => stepOf(boxes, 'b') !== 'waiting');
    expect((await order('pause')).json).toMatchObject({ status: 'paused' });
    expect((await order('pause')).status).toBe(409);
    await fleet.until(id, ({ boxes }) => stepOf(boxes, 'b') === 'good');
    const { json, status } = await order('finish');
    expect([status, (json as { status: string }).status]).toEqual([200, 'finished']);
    expect([ringOf(fleet.box('b')), ringOf(fleet.box('c'))]).toEqual(['50s', '30s']);
  });
});

describe('what is refused, with what would be right', () => {
  const path = ['queues', 'service', 'ring'];
  it.each([
    [
      'a value that the document cannot have',
      { change: { kind: 'document', set: [{ path, becomes: 'long' }] } },
      409,
      'rollout-hindered',
    ],
    ['a box that nobody knows', { boxes: ['nobody'] }, 409, 'rollout-hindered'],
    ['boxes that no wave takes', { waves: [{ take: 'boxes', boxes: ['d'] }] }, 409, 'rollout-hindered'],
    [
      'a value that is there already',
      { boxes: ['d'], change: { kind: 'document', set: [{ path, becomes: '30s' }] } },
      409,
      'rollout-hindered',
    ],
    ['a change of another kind', { change: { kind: 'release', version: '2' } }, 400, undefined],
    ['no wave', { waves: [] }, 400, undefined],
    ['a time that is none', { hours: { by: 'stated', from: '25:00', to: '01:00' } }, 400, undefined],
  ])('%s', async (_, wrong, status, code) => {
    const answer = await fleet.ask('/api/rollouts', {
      ...ringPlan('70s', ['d', 'e'], one),
      ...WHO,
      ...wrong,
    });
    expect(answer.status).toBe(status);
    if (code !== undefined) expect(answer.json).toMatchObject({ code, remedy: expect.any(String) as string });
  });

  it('a pilot that is none of its boxes', async () => {
    const stray = ringPlan('80s', ['d'], [{ take: 'boxes', boxes: ['e'] }, { take: 'rest' }]);
    const { json } = await fleet.ask('/api/rollouts/check', stray);
    expect(json).toMatchObject({ ok: false, problems: [{ field: 'waves.0.boxes' }] });
  });

  it('a box that is in another rollout', async () => {
    const { id } = await fleet.begin(
      ringPlan('80s', ['d'], one, { hours: { by: 'stated', from: '03:00', to: '03:01' } }),
    );
    expect((await fleet.ask('/api/rollouts', { ...ringPlan('81s', ['d', 'e'], one), ...WHO })).status).toBe(
      409,
    );
    const check = await fleet.ask('/api/rollouts/check', ringPlan('81s', ['d', 'e'], one));
    expect(check.json).toMatchObject({
      ok: false,
      boxes: [
        { box: 'd', hinders: 'in-another-rollout' },
        { box: 'e', hinders: null },
      ],
    });
    await fleet.ask(`/api/rollouts/${id}/abort`, WHO);
    expect((await fleet.ask('/api/rollouts/999')).status).toBe(404);
    expect((await fleet.ask('/api/rollouts/x')).status).toBe(404);
    expect((await fleet.ask('/api/rollouts/999/pause', WHO)).status).toBe(404);
  });
});
