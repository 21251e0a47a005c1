import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const AGENT = { port: 1161, community: 'bed-community' };
const HUNG_MS = 20_000;

describe.skipIf(ENGINE_ROOT === undefined)('a branch whose E1 is watched', () => {
  let bed: BranchBed;

  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: false,
      failing: AGENT,
      onPlaces: (dir) => {
        writeFileSync(join(dir, 'secrets.json'), JSON.stringify({ community: AGENT.community }));
      },
      document: ({ gateway: address }) => ({
        ...bedDocument({ gateway: address }),
        gateways: {
          'e1-main': {
            kind: 'e1',
            model: 'generic-e1',
            address,
            // Asked so seldom that what is noticed sooner is noticed by a trap.
            watch: { snmp: { port: AGENT.port, secret: 'community', every: '10m' } },
          },
        },
      }),
    });
  });
  afterAll(() => bed.stop());

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

  test('a document with a model that the box does not know is refused, with those that it knows', async () => {
    const source = JSON.stringify({
      ...bedDocument({ gateway: '127.0.0.99' }),
      gateways: { 'e1-main': { kind: 'e1', model: 'acme', address: '127.0.0.99' } },
    });
    const answer = await bed.box().post('/api/document/check', { source });
    expect(JSON.stringify(answer)).toContain('audiocodes-mediant');
  });
});
