import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveTrunk } from '@branchline/contracts/trunks';
import { BedPeer } from '@branchline/firmware/engine/bed/peer';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const AGENT = { port: 1161, community: 'bed-community' };
const HUNG_MS = 20_000;
/** Hosts of the bed's network. */
const [BOX, COPPER] = [10, 13];
const beside = (address: string, host: number): string => [...address.split('.').slice(0, 3), host].join('.');

describe.skipIf(ENGINE_ROOT === undefined)('a branch whose E1 is watched', () => {
  let bed: BranchBed;
  let opening: Promise<BedPeer>;
  let copper: BedPeer;

  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      failing: AGENT,
      onPlaces: (dir) => {
        writeFileSync(join(dir, 'secrets.json'), JSON.stringify({ community: AGENT.community }));
      },
      document: ({ gateway: address }) => {
        opening = BedPeer.open(
          'copper',
          { address: beside(address, BOX), port: 5060 },
          { address: beside(address, COPPER), port: 5060 },
        );
        return {
          ...bedDocument({ gateway: address }),
          trunks: {
            pstn: { gateway: 'e1-main', channels: 30, numbers: ['+86 571 8600 1000..1029'] },
            copper: { gateway: 'analog-1', channels: 4 },
          },
          routes: [{ to: ['emergency', 'national', 'mobile'], via: ['pstn', 'copper'], 'caller-id': 'main' }],
          gateways: {
            'analog-1': { kind: 'fxo', address: beside(address, COPPER) },
            'e1-main': {
              kind: 'e1',
              model: 'generic-e1',
              address,
              // Asked so seldom that what is noticed sooner is noticed by a trap.
              watch: { snmp: { port: AGENT.port, secret: 'community', every: '10m' } },
            },
          },
        };
      },
    });
    copper = await opening;
  });
  afterAll(async () => {
    await bed.stop();
    copper.close();
  });

  /** What the box has put on record of its lines, the last first. */
  const told = (): Record<string, unknown>[] =>
    bed
      .log('box')
      .split('\n')
      .filter((line) => line.includes('"a line"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .reverse();

  test('knows that it is well; knows of a pulled E1 by its trap; calls of it end; and it comes back', async () => {
    await expect
      .poll(() => told()[0], { timeout: HUNG_MS })
      .toMatchObject({ gateway: 'e1-main', line: '1', state: 'good', source: 'snmp-poll' });
    bed.phone('desk-1').onIncoming({ kind: 'answer', afterMs: 0 });
    const call = await bed.caller(0).call('057186001029');
    await call.answered(HUNG_MS);
    const ended = call.whenEnded(HUNG_MS);
    bed.gateway.fault('los', true);
    expect(await ended).toMatchObject({ by: 'them' });
    await expect
      .poll(() => told().map(({ source, what }) => [source, what]), { timeout: HUNG_MS })
      .toContainEqual(['snmp-trap', 'LOS']);
    await expect.poll(() => told()[0], { timeout: HUNG_MS }).toMatchObject({ what: 'LOS, d-channel down' });
    bed.gateway.fault('los', false);
    await expect.poll(() => told()[0], { timeout: HUNG_MS }).toMatchObject({ line: '1', state: 'good' });
    const again = await bed.caller(1).call('057186001029');
    await again.answered(HUNG_MS);
    await again.hangup();
  });

  test('calls out go by the next line while the E1 is pulled, and the page can say why', async () => {
    const until = async (state: LiveTrunk['state']): Promise<LiveTrunk> => {
      const live = await bed.box().untilLive(({ trunks }) => trunks.pstn?.state === state, HUNG_MS);
      return live.trunks.pstn as LiveTrunk;
    };
    bed.gateway.fault('los', true);
    const down = await until('down');
    expect(down.because).toMatchObject([{ kind: 'physical', verdict: 'bad', what: 'line-down' }]);
    expect(down.because[0]?.detail).toContain('LOS');
    expect(down.instead).toMatchObject([{ trunk: 'copper' }]);
    const asked = copper.until('INVITE', ({ first }) => first.startsWith('INVITE'), HUNG_MS);
    const call = await bed.phone('desk-1').call('013900000001');
    expect((await asked).first).toContain('13900000001');
    await call.hangup();
    const [summary] = await bed.box().untilCalls((calls) => calls[0]?.direction === 'out', HUNG_MS);
    const { events } = await bed.box().call(summary?.id ?? '');
    const offered = events.filter(({ type }) => type === 'call.leg-offered').map(({ body }) => body);
    expect(offered).toMatchObject([{ attempt: 1, to: { via: 'copper' } }]);
    bed.gateway.fault('los', false);
    // Good again, and not at once trusted with all of it.
    const back = await until('degraded');
    expect(back.back).not.toBeNull();
    expect(back.usable).toBeLessThan(back.channels);
  });

  test('a document with a model that the box does not know is refused, with those that it knows', async () => {
    const source = JSON.stringify({
      ...bedDocument({ gateway: '127.0.0.99' }),
      gateways: { 'e1-main': { kind: 'e1', model: 'acme', address: '127.0.0.99' } },
    });
    const answer = await bed.box().post('/api/document/check', { source });
    expect(JSON.stringify(answer)).toContain('audiocodes-mediant');
  });
});
