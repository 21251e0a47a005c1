/** Help is reached on the real engine, whatever a gateway suffers from, and whatever else of the branch is away. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { LAB_FAULTS, type LabFault } from '@branchline/contracts/lab';
import { BedPeer } from '@branchline/firmware/engine/bed/peer';
import { hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const AGENT = { port: 1161, community: 'bed-community' };
const [BOX, COPPER] = [10, 13];
const HELP = '110';
/** One line's patience, a second to begin again, and a way through the engine. */
const HELP_MS = 8_000;
const WAIT = 10_000;
const beside = (address: string, host: number): string => [...address.split('.').slice(0, 3), host].join('.');

describe.skipIf(ENGINE_ROOT === undefined)('an emergency call', () => {
  let bed: BranchBed;
  let opening: Promise<BedPeer>;
  let copper: BedPeer;
  let switchedOn: LabFault | undefined;

  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: true,
      failing: AGENT,
      onPlaces: (dir) =>
        writeFileSync(join(dir, 'secrets.json'), JSON.stringify({ community: AGENT.community })),
      document: ({ gateway: address }) => {
        opening = BedPeer.open(
          'copper',
          { address: beside(address, BOX), port: 5060 },
          { address: beside(address, COPPER), port: 5060 },
        );
        const plain = bedDocument({ gateway: address }) as { queues: { service: object } };
        return {
          ...plain,
          gateways: {
            'e1-main': {
              kind: 'e1',
              model: 'generic-e1',
              address,
              watch: { snmp: { port: AGENT.port, secret: 'community' } },
            },
            'analog-1': { kind: 'fxo', address: beside(address, COPPER) },
          },
          trunks: {
            pstn: { gateway: 'e1-main', channels: 30, numbers: ['+86 571 8600 1000..1029'] },
            copper: { gateway: 'analog-1', channels: 1 },
          },
          routes: [{ to: ['emergency', 'national', 'mobile'], via: ['pstn', 'copper'], 'caller-id': 'main' }],
          queues: { service: { ...plain.queues.service, overflow: [{ when: 'length > 1', to: 'hang-up' }] } },
          recording: { default: 'never', announce: false, outgoing: 'never' },
        };
      },
    });
    copper = await opening;
    copper.onInvite = (invite, peer) => {
      peer.respond(invite, 100, 'Trying');
      peer.accept(invite);
    };
  });
  afterAll(async () => {
    bed.process('box').kill('SIGCONT');
    await bed.stop();
    copper.close();
  });
  afterEach(async () => {
    if (switchedOn) bed.gateway.fault(switchedOn, false);
    switchedOn = undefined;
    await hangUpAll(bed);
  });

  async function help(phone = 'desk-1', withinMs = HELP_MS): Promise<void> {
    const call = await bed.phone(phone).call(HELP);
    await call.answered(withinMs);
    await call.hangup();
  }

  test.each(LAB_FAULTS)('goes through with %s', async (fault) => {
    switchedOn = fault;
    bed.gateway.fault(fault, true);
    await help();
  });

  test('goes through while the queue is full', async () => {
    for (const who of ['li.lei', 'han.mei'])
      await bed.box().post(`/api/agents/${who}/state`, { state: 'not-ready', reason: 'break' });
    const waiting = await bed.caller(0).call('057186001001');
    await waiting.answered(WAIT);
    await help();
  });

  test('goes through with headquarters away', async () => {
    await bed.end('hq', 'SIGKILL');
    await help();
  });

  test('goes through with the only line that is left taken: its call is let go', async () => {
    switchedOn = 'power-off';
    bed.gateway.fault('power-off', true);
    const talk = await bed.phone('desk-2').call('013911111111');
    await talk.answered(WAIT);
    await help();
    await talk.whenEnded(WAIT);
  });

  test('goes through while the service hangs, and with a dead line before the one that works', async () => {
    bed.process('box').kill('SIGSTOP');
    await help();
    switchedOn = 'refuse';
    bed.gateway.fault('refuse', true);
    await help();
    bed.process('box').kill('SIGCONT');
  });

  test('goes through while the service is dead, whatever the first line does', async () => {
    await bed.end('box', 'SIGKILL');
    for (const fault of ['refuse', 'los', 'silent'] as const) {
      bed.gateway.fault(fault, true);
      await help('desk-1', 15_000);
      bed.gateway.fault(fault, false);
    }
  });
});
