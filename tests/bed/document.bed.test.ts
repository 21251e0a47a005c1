/** Another document is put in force while callers wait and people talk: nobody is cut, nobody loses his place, and what is new works at once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveState } from '@branchline/contracts/live';
import type { Call } from '@branchline/lab/sip/call';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const WAITING = 30;

interface Answer {
  readonly ok: boolean;
  readonly faults: readonly { readonly path: string }[];
  readonly revision: string;
}

type Document = Record<'people' | 'phones' | 'queues' | 'numbers' | 'site', Record<string, object>>;

/** With more lines than callers, and nobody who answers in the queue until he is asked to. */
function first(gateway: string): Document {
  const plain = bedDocument({ gateway }) as Document & { trunks: object };
  return {
    ...plain,
    trunks: { pstn: { gateway: 'e1-main', channels: 60, numbers: ['+86 571 8600 1000..1029'] } },
  } as Document;
}

/** A new agent with a new phone and extension, another wrap-up; and the queue is called otherwise when `renamed`. */
function second(gateway: string, renamed = false): Document {
  const before = first(gateway);
  const queue = renamed ? 'help' : 'service';
  const agent = (id: string): object => ({ ...before.people[id], agent: { queues: [queue] } });
  const text = JSON.stringify({
    ...before,
    people: {
      ...before.people,
      'li.lei': agent('li.lei'),
      'han.mei': agent('han.mei'),
      'xu.jie': {
        name: { zh: '徐杰', en: 'Xu Jie' },
        extension: 8004,
        phones: ['desk-4'],
        agent: { queues: [queue] },
      },
    },
    phones: { ...before.phones, 'desk-4': {} },
    queues: { [queue]: { order: 'linear', ring: '10s', 'wrap-up': '3s' } },
  });
  return JSON.parse(renamed ? text.replaceAll('queue service', `queue ${queue}`) : text) as Document;
}

describe.skipIf(ENGINE_ROOT === undefined)('a document changes while the branch is busy', () => {
  let bed: BranchBed;
  let gateway = '';
  let waiting: Call[] = [];
  let talk: Call;
  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      subscribers: WAITING,
      document: (addresses) => {
        gateway = addresses.gateway;
        return first(gateway);
      },
    });
    for (const agent of ['li.lei', 'han.mei'])
      await bed.box().post(`/api/agents/${agent}/state`, { state: 'not-ready', reason: 'lunch' });
    const answering = bed.phone('desk-3');
    answering.onIncoming({ kind: 'answer', afterMs: 50 });
    talk = await bed.phone('desk-1').call('8003');
    await talk.answered(5_000);
    await talk.rtp.untilHears(730, { withinMs: 5_000 });
    for (let index = 0; index < WAITING; index += 1) {
      const call = await bed.caller(index).call('057186001001');
      await call.answered(10_000);
      waiting = [...waiting, call];
    }
    await bed.box().untilLive((live) => inQueue(live).length === WAITING, 10_000);
  });
  afterAll(() => bed.stop());

  const put = (document: object): Promise<Answer> =>
    bed.box().post<Answer>('/api/document', { source: JSON.stringify(document) });
  const inQueue = ({ calls }: LiveState): string[] =>
    Object.values(calls)
      .filter(({ phase }) => phase === 'queue')
      .map(({ id }) => id);
  const untouched = (): void => {
    expect(waiting.map(({ state }) => state)).toEqual(waiting.map(() => 'up'));
    expect(talk.state).toBe('up');
  };
  const now = async (): Promise<string> =>
    (await bed.box().get<{ revision: string }>('/api/document')).revision;

  test('one with a fault is refused with its path, and nothing changes', async () => {
    const before = await now();
    const faulty = second(gateway);
    const answer = await put({ ...faulty, queues: { service: { order: 'by-whim' } } });
    expect(answer.ok).toBe(false);
    expect(answer.faults.map(({ path }) => path)).toContain('queues.service.order');
    expect(await now()).toBe(before);
    const other = await put({ ...faulty, site: { ...faulty.site, id: 'another-branch' } });
    expect(other.faults.map(({ path }) => path)).toEqual(['site.id']);
    untouched();
  });

  test(`${WAITING} wait and two talk: nobody is cut, places are kept, and the new agent serves who came first`, async () => {
    talk.rtp.resetStats();
    const answer = await put(second(gateway));
    expect(answer).toMatchObject({ ok: true, faults: [] });
    expect(await now()).toBe(answer.revision);
    const desk = await bed.plugIn('desk-4', '8004');
    const coming = desk.nextCall(10_000);
    await desk.register();
    const taken = await coming;
    expect(taken.remote.number).toBe('+8613900000001');
    taken.answer();
    await waiting[0]?.rtp.untilHears(870, { withinMs: 5_000 });
    untouched();
    const { gaps } = talk.rtp.stats();
    expect(Math.max(0, ...gaps.map(({ ms }) => ms))).toBeLessThan(1_000);
    await bed.box().post('/api/agents/xu.jie/state', { state: 'not-ready', reason: 'enough' });
    await waiting[0]?.hangup();
    waiting = waiting.slice(1);
  });

  test('the queue is gone: who waited in it goes where his number leads now, and keeps his place', async () => {
    await put(second(gateway, true));
    await bed.box().untilLive(({ calls }) => {
      const queues = Object.values(calls).filter(({ phase }) => phase === 'queue');
      return queues.length === WAITING - 1 && queues.every(({ queue }) => queue === 'help');
    }, 10_000);
    untouched();
    const coming = bed.phone('desk-4').nextCall(10_000);
    await bed.box().post('/api/agents/xu.jie/state', { state: 'ready' });
    expect((await coming).remote.number).toBe('+8613900000002');
    untouched();
  });

  test('a file that was written by hand is taken when the service is told to read it again', async () => {
    const before = await now();
    const file = join(bed.boxDir, 'branch.yaml');
    writeFileSync(file, 'site: [');
    bed.process('box').kill('SIGHUP');
    await bed.box().untilLive(({ alarms }) => JSON.stringify(alarms).includes('document-rejected'), 10_000);
    expect(await now()).toBe(before);
    writeFileSync(file, JSON.stringify(second(gateway)));
    bed.process('box').kill('SIGHUP');
    await bed.box().untilLive(({ alarms }) => !JSON.stringify(alarms).includes('document-rejected'), 10_000);
    expect(await now()).not.toBe(before);
    untouched();
  });
});
