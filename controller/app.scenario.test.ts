import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callPage } from '@branchline/contracts/http/common';
import { boxDetail, controllerRoutes, fleetState } from '@branchline/contracts/http/controller';
import { pathOf } from '@branchline/contracts/http/route';
import { topicOf } from '@branchline/contracts/topics';
import { newKeyPair, privateKeyPem, SIGNING, x509 } from '@branchline/runtime/web/x509';
import { Bed, callEvents, EPOCH, TENANT } from './test-bed.ts';

const bed = new Bed();
beforeAll(() => bed.start());
afterAll(() => bed.end());

const closed = (client: { once(event: 'close', then: () => void): unknown }): Promise<void> =>
  new Promise((resolve) => client.once('close', resolve));

const online = { v: 1, state: 'online', version: '1.0', at: new Date().toISOString() } as const;

describe('who may connect', () => {
  it('refuses a certificate of a stranger, and none at all', async () => {
    const good = await bed.enrol('stranger');
    const keys = await newKeyPair();
    const cert = await x509.X509CertificateGenerator.createSelfSigned({
      name: [{ O: [TENANT] }, { CN: ['stranger'] }],
      keys,
      signingAlgorithm: SIGNING,
    });
    const own = { cert: cert.toString('pem'), key: await privateKeyPem(keys.privateKey), ca: good.ca };
    await expect(bed.connect(own, { clientId: 'stranger' })).rejects.toThrow();
    await expect(bed.connect({ ca: good.ca }, { clientId: 'stranger' })).rejects.toThrow();
  });

  it('refuses a client id that is not the name in the certificate', async () => {
    const certificate = await bed.enrol('named');
    for (const clientId of ['other', 'named/x', 'named ', '+', '#', 'NAMED', `${TENANT}/named`])
      await expect(bed.connect(certificate, { clientId })).rejects.toThrow(/Not authorized/);
    await bed.connect(certificate, { clientId: 'named' });
  });

  it('refuses the certificate a box had before it was enrolled again', async () => {
    const old = await bed.enrol('twice');
    await bed.box('twice');
    await expect(bed.connect(old, { clientId: 'twice' })).rejects.toThrow(/Not authorized/);
  });
});

describe('what may be said', () => {
  const leafOf = (box: string, leaf: 'presence' | 'ledger-ack'): string => topicOf(TENANT, box, leaf);

  it('cuts a box that publishes outside its own name, and takes nothing of it', async () => {
    await (await bed.box('victim')).tell('presence', online, true);
    const topics = [
      leafOf('victim', 'presence'),
      leafOf('intruder', 'ledger-ack'),
      `branchline/v1/other/intruder/presence`,
      `branchline/v1/${TENANT}/intruder/presence/more`,
      `$share/g/${leafOf('intruder', 'presence')}`,
      '$SYS/x',
      'x',
    ];
    const certificate = await bed.enrol('intruder');
    for (const topic of topics) {
      const { client } = await bed.box('intruder', certificate);
      const cut = closed(client);
      client.publish(topic, JSON.stringify({ ...online, state: 'offline' }), { qos: 1 });
      await cut;
    }
    const box = await headquartersBox('victim');
    expect(box.online).toBe(true);
  });

  it('grants a subscription to its own down topics and to nothing else', async () => {
    const { client } = await bed.box('listener');
    const filters = ['#', '+/#', 'branchline/#', `branchline/v1/${TENANT}/+/ledger-ack`, '$SYS/#'];
    filters.push(leafOf('other', 'ledger-ack'), leafOf('listener', 'presence'));
    filters.push(`$share/g/${leafOf('listener', 'ledger-ack')}`);
    for (const filter of filters)
      await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow(/Unspecified error|refused/i);
    const [granted] = await client.subscribeAsync(leafOf('listener', 'ledger-ack'), { qos: 1 });
    expect(granted?.qos).toBe(1);
  });

  it('does not publish a will for another box', async () => {
    await (await bed.box('target')).tell('presence', online, true);
    const payload = JSON.stringify({ ...online, state: 'offline' });
    const will = {
      topic: leafOf('target', 'presence'),
      payload: Buffer.from(payload),
      qos: 1,
      retain: true,
    } as const;
    const ghost = await bed.connect(await bed.enrol('ghost'), { clientId: 'ghost', will });
    ghost.stream.destroy();
    await bed.box('after-ghost');
    expect((await headquartersBox('target')).online).toBe(true);
  });

  it('is not misled by the will of a connection that a newer one replaced', async () => {
    const certificate = await bed.enrol('moved');
    const payload = Buffer.from(JSON.stringify({ ...online, state: 'offline' }));
    const will = { topic: leafOf('moved', 'presence'), payload, qos: 1, retain: true } as const;
    const older = await bed.connect(certificate, { clientId: 'moved', will });
    const cut = closed(older);
    const newer = await bed.box('moved', certificate);
    await newer.tell('presence', online, true);
    await cut;
    await newer.frame(callEvents('m-1', 1));
    await newer.told('ledger-ack', ({ upto }) => upto === 3);
    expect((await headquartersBox('moved')).online).toBe(true);
  });

  it('counts and drops what is malformed, and keeps the connection', async () => {
    const box = await bed.box('clumsy');
    const { broker } = bed.headquarters;
    for (const text of [
      '',
      '{',
      'null',
      '{"v":2}',
      '[]',
      '\u0000',
      `{"v":1,"epoch":"${EPOCH}","events":[],"newest":1}`,
    ])
      await box.tell('ledger', text);
    await box.tell('ledger', `"${'x'.repeat(300_000)}"`);
    await box.frame(callEvents('c1', 1));
    expect((await box.told('ledger-ack', ({ upto }) => upto === 3)).epoch).toBe(EPOCH);
    expect(broker.counted('malformed ledger', 'clumsy')).toBe(8);
  });

  it('cuts a box that announces a packet larger than agreed', async () => {
    const { client } = await bed.box('huge');
    const cut = closed(client);
    client.publish(topicOf(TENANT, 'huge', 'health'), 'x'.repeat(3_000_000));
    await cut;
    await bed.box('huge-after');
  });
});

describe('the ledger on the wire', () => {
  it('acknowledges what is stored, asks for what was jumped over, and tells the call', async () => {
    const box = await bed.box('hangzhou');
    await box.tell('presence', online, true);
    const [offered, answered, ended] = callEvents('call-1', 1);
    if (!offered || !answered || !ended) throw new Error('three events');
    await box.frame([offered]);
    await box.told('ledger-ack', ({ upto }) => upto === 1);
    await box.frame([ended]);
    const { from, to } = await box.told('ledger-resend', () => true);
    expect([from, to]).toEqual([2, 2]);
    await box.frame([answered], EPOCH, 3);
    await box.told('ledger-ack', ({ upto }) => upto === 3);
    const headers = await bed.signIn();
    const answer = await bed.api('/api/boxes/hangzhou/calls/call-1', { headers });
    const { call, events } = controllerRoutes.call.response?.parse(await answer.json()) ?? {};
    expect(events).toEqual([offered, answered, ended]);
    expect(call).toMatchObject({
      box: 'hangzhou',
      outcome: 'answered',
      queue: 'sales',
      answeredBy: [{ kind: 'agent', id: 'li-na' }],
      recording: 'r-call-1',
      lastSeq: 3,
    });
    const asked = await bed.api('/api/boxes/hangzhou/calls/call-1/why?language=en', { headers });
    const told = controllerRoutes.callWhy.response?.parse(await asked.json());
    expect(told).toMatchObject({ call: 'call-1', language: 'en' });
    expect(told?.lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect((await bed.api('/api/boxes/hangzhou/calls/none/why', { headers })).status).toBe(404);
  });

  it('survives a restart: repeats are harmless, what was known is still known', async () => {
    const certificate = await bed.enrol('survivor');
    let box = await bed.box('survivor', certificate);
    await box.tell('presence', online, true);
    await box.frame([...callEvents('s-1', 1), ...callEvents('s-2', 4)]);
    await box.told('ledger-ack', ({ upto }) => upto === 6);
    await bed.stop();
    await bed.start();
    expect(await headquartersBox('survivor')).toMatchObject({
      online: false,
      version: '1.0',
      ledger: { contiguous: 6, missing: 0, epoch: EPOCH },
    });
    box = await bed.box('survivor', certificate);
    await box.frame([...callEvents('s-2', 4), ...callEvents('s-3', 7)]);
    await box.told('ledger-ack', ({ upto }) => upto === 9);
    const headers = await bed.signIn();
    const page = await bed.api('/api/calls?box=survivor', { headers });
    const { calls } = callPage.parse(await page.json());
    expect(calls.map(({ id }) => id)).toEqual(['s-3', 's-2', 's-1']);
  });

  it('keeps a new life of a database beside the old one', async () => {
    const box = await bed.box('reborn');
    await box.frame(callEvents('r-1', 1));
    await box.told('ledger-ack', ({ upto }) => upto === 3);
    const epoch = '00000000000000bb';
    await box.frame(callEvents('r-2', 1), epoch);
    await box.told('ledger-ack', (ack) => ack.epoch === epoch && ack.upto === 3);
    expect((await headquartersBox('reborn')).ledger).toMatchObject({ epoch, contiguous: 3 });
    const headers = await bed.signIn();
    const { calls } = callPage.parse(await (await bed.api('/api/calls?box=reborn', { headers })).json());
    expect(calls).toHaveLength(2);
  });
});

describe('the API', () => {
  it('shows nothing but what is public to one who has not signed in', async () => {
    for (const { path, method, access } of Object.values(controllerRoutes)) {
      const answer = await bed.api(
        pathOf(path, {
          serial: 'z',
          box: 'x',
          call: 'y',
          version: '1',
          architecture: 'x64',
          id: 'z',
          rollout: '1',
          key: 'k',
          person: 'p',
          fingerprint: 'f',
          template: 't',
          drill: '1',
        }),
        {
          method,
        },
      );
      expect([path, answer.status === 401]).toEqual([path, access === 'session']);
      await answer.body?.cancel();
    }
  });

  it('describes itself in OpenAPI 3.1', async () => {
    const document = (await (await bed.api('/api/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((one) => one.operationId),
    );
    expect(ids.sort()).toEqual(Object.keys(controllerRoutes).sort());
    expect(JSON.stringify(document)).not.toContain('undefined');
  });

  it('says what is wrong with a question', async () => {
    const headers = await bed.signIn();
    const problem = async (path: string): Promise<unknown> => (await bed.api(path, { headers })).json();
    expect(await problem('/api/calls?limit=0')).toMatchObject({ field: 'query.limit', value: '0' });
    expect(await problem('/api/calls?before=yesterday')).toMatchObject({ field: 'query.before' });
    expect(await problem('/api/boxes/nobody')).toMatchObject({ code: 'not-found' });
    expect(await problem('/api/calls?box=nobody')).toMatchObject({ code: 'not-found' });
    expect(await problem('/api/boxes/hangzhou/calls/none')).toMatchObject({ code: 'not-found' });
  });

  it('pages through the history and finds calls by what they are about', async () => {
    const box = await bed.box('pager');
    for (let n = 0; n < 5; n++) await box.frame(callEvents(`p-${n}`, 1 + n * 3));
    await box.told('ledger-ack', ({ upto }) => upto === 15);
    const headers = await bed.signIn();
    const list = async (query: string) =>
      callPage.parse(await (await bed.api(`/api/calls?box=pager&${query}`, { headers })).json());
    const first = await list('limit=3');
    expect([first.calls.map(({ id }) => id), first.more]).toEqual([['p-4', 'p-3', 'p-2'], true]);
    const second = await list(`limit=3&before=${first.calls.at(-1)?.startedAt ?? ''}`);
    expect([second.calls.map(({ id }) => id), second.more]).toEqual([['p-1', 'p-0'], false]);
    expect((await list('about=li-na')).calls).toHaveLength(5);
    expect((await list('about=0139')).calls).toHaveLength(5);
    expect((await list('about=nobody')).calls).toHaveLength(0);
    expect((await list('outcome=abandoned')).calls).toHaveLength(0);
    expect((await list('outcome=answered&direction=in')).calls).toHaveLength(5);
  });

  it('streams the fleet: a snapshot, then calls and boxes as they change', async () => {
    const box = await bed.box('live');
    const headers = await bed.signIn();
    const stream = await bed.api('/api/live', { headers });
    const events = readEvents(stream);
    const snapshot = await events.next((event) => event.event === 'snapshot');
    fleetState.parse(snapshot.data);
    const [offered, , ended] = callEvents('l-1', 1);
    if (!offered || !ended) throw new Error('three events');
    await box.tell('presence', online, true);
    const isBox = ({ data }: Told): boolean =>
      data.id === 'live' && (data.value as { online?: boolean }).online === true;
    await events.next(isBox);
    await box.frame([offered]);
    const begun = await events.next(({ data }) => data.id === 'live/l-1');
    expect(begun.data.value).toMatchObject({ outcome: 'live', box: 'live' });
    await box.frame([{ ...ended, seq: 2 }]);
    const gone = await events.next(({ data }) => data.id === 'live/l-1');
    expect(gone.data.value).toBeNull();
    box.client.stream.destroy();
    await events.next(
      ({ data }) => data.id === 'live' && (data.value as { online?: boolean }).online === false,
    );
    await events.end();
  });
});

interface Told {
  readonly event: string;
  readonly data: { readonly id?: string; readonly value?: unknown };
}

/** The events of a stream, one after the other; what does not fit is passed over. */
function readEvents(answer: Response) {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('the answer has no body');
  let text = '';
  const one = async (): Promise<Told> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end < 0) {
        const { value, done } = await reader.read();
        if (done) throw new Error('the stream has ended');
        text += value;
        continue;
      }
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      const [, event] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (event !== undefined && data !== undefined) return { event, data: JSON.parse(data) as Told['data'] };
    }
  };
  return {
    next: async (fits: (told: Told) => boolean): Promise<Told> => {
      for (;;) {
        const told = await one();
        if (fits(told)) return told;
      }
    },
    end: () => reader.cancel(),
  };
}

async function headquartersBox(name: string) {
  const headers = await bed.signIn();
  return boxDetail.parse(await (await bed.api(`/api/boxes/${name}`, { headers })).json());
}
