/** A document and commands of headquarters while two people talk: nobody is cut. When headquarters dies within the window, and the service too, the box goes back by itself. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SentCommand } from '@branchline/contracts/http/commands';
import type { Call } from '@branchline/lab/sip/call';
import { BranchBed, ENGINE_ROOT } from './branch.ts';

const BOX = 'test-branch';
const WINDOW_S = 10;

interface Documents {
  readonly version: number | null;
  readonly standing: string;
  readonly box: { readonly because?: string } | null;
}

describe.skipIf(ENGINE_ROOT === undefined)('a document of headquarters', () => {
  let bed: BranchBed;
  let talk: Call;
  beforeAll(async () => {
    bed = await BranchBed.start();
    bed.phone('desk-3').onIncoming({ kind: 'answer', afterMs: 50 });
    talk = await bed.phone('desk-1').call('8003');
    await talk.answered(5_000);
    await talk.rtp.untilHears(730, { withinMs: 5_000 });
  });
  afterAll(() => bed.stop());

  const at = (path: string): string => `/api/boxes/${BOX}/documents${path}`;
  const asker = (after: number): object => ({
    reason: 'a test',
    after,
    confirmWithinS: WINDOW_S,
  });
  const stands = (standing: string, withinMs: number): Promise<unknown> =>
    bed.hq().untilGet<Documents>(at(''), (answer) => answer.standing === standing, withinMs);
  const source = (): Promise<string> =>
    bed
      .box()
      .get<{ source: string }>('/api/document')
      .then((answer) => answer.source);
  const told = async (command: object): Promise<SentCommand> => {
    const path = `/api/boxes/${BOX}/commands`;
    const { id } = await bed.hq().post<SentCommand>(path, command);
    const ended = (one: SentCommand | undefined): boolean => one?.id === id && one.endedAt !== null;
    const list = await bed
      .hq()
      .untilGet<{ commands: SentCommand[] }>(path, ({ commands }) => ended(commands[0]), 30_000);
    return list.commands[0] as SentCommand;
  };
  const stillTalking = async (): Promise<void> => {
    expect(talk.state).toBe('up');
    talk.rtp.resetStats();
    await talk.rtp.untilHears(730, { withinMs: 5_000 });
  };

  test('is tried, and stays after its window; the call goes on', async () => {
    await stands('none', 20_000);
    await bed.hq().post(at('/settle'), { ...asker(0), choice: 'take-up' });
    await stands('in-step', 10_000);
    const next = (await source()).replace('"en":"', '"en":"New ');
    const put = await bed.hq().post(at(''), { ...asker(1), source: next });
    expect(put).toMatchObject({ ok: true, version: 2 });
    await stands('trying', 5_000);
    expect(await source()).toBe(next);
    await stillTalking();
    await stands('in-step', (WINDOW_S + 10) * 1_000);
    expect(await source()).toBe(next);
    await stillTalking();
  });

  test('commands beside it: the service begins anew beneath the call, the engine is not touched, a bundle holds no secret', async () => {
    expect(await told({ do: 'restart', with: { what: 'engine' } })).toMatchObject({
      ...{ state: 'refused', because: 'would-cut-calls', calls: 1 },
    });
    const { id } = await told({ do: 'support-bundle' });
    const bundle = gunzipSync(await bed.hq().bytes(`/api/boxes/${BOX}/commands/${id}/bundle`)).toString();
    for (const name of ['box.log', 'engine.log', 'document.yaml', 'health.json'])
      expect(bundle).toContain(name);
    const secrets = readFileSync(join(bed.dir, 'box/phone-secrets.json'), 'utf8');
    for (const secret of Object.values(JSON.parse(secrets) as Record<string, string>))
      expect(bundle).not.toContain(secret);
    const gone = once(bed.process('box'), 'exit');
    const restarted = told({ do: 'restart', with: { what: 'service' } });
    await gone;
    bed.startBox();
    expect(await restarted).toMatchObject({ state: 'done' });
    await stillTalking();
  });

  test('is taken back when headquarters and the service die within the window; the call goes on', async () => {
    const before = await source();
    const next = before.replace('"en":"New ', '"en":"Newer ');
    await bed.hq().post(at(''), { ...asker(2), source: next });
    await stands('trying', 5_000);
    await bed.end('hq', 'SIGKILL');
    await bed.end('box', 'SIGKILL');
    bed.startBox();
    await bed.boxReady();
    await bed.box().untilGet<{ source: string }>('/api/document', (now) => now.source === before, 30_000);
    await stillTalking();
    bed.startHeadquarters();
    await bed.hq().until('/api/ready', (answer) => (answer as { ready: boolean }).ready, 20_000);
    await stands('reverted', 60_000);
    const { box } = await bed.hq().get<Documents>(at(''));
    expect(box?.because).toBe('headquarters-lost');
  });
});
