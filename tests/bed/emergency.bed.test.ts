/** Help is reached on the real engine, whatever a gateway suffers from, and whatever else of the branch is away. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LAB_FAULTS, type LabFault } from '@branchline/contracts/lab';
import { BedPeer } from '@branchline/firmware/engine/bed/peer';
import { GatewayConsole } from '@branchline/lab/gateways/console';
import type { ConsoleMood } from '@branchline/lab/gateways/personality';
import { LabUps } from '@branchline/lab/power/ups';
import { hangUpAll } from './at-rest.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const AGENT = { port: 1161, community: 'bed-community' };
const [BOX, COPPER] = [10, 13];
const ACCOUNT = { user: 'admin', password: 'bed-console' };
const [CONSOLE_PORT, UPS_PORT] = [4_001, 4_002];
/** Longer than an agent is waited for. */
const SLOW_MS = 5_000;
/** dsx1LineStatus (RFC 4805): no alarm; loss of signal. */
const SAYS = { well: 1, los: 64 };
const HELP = '110';
/** One line's patience, a second to begin again, and a way through the engine. */
const HELP_MS = 8_000;
const WAIT = 10_000;
const beside = (address: string, host: number): string => [...address.split('.').slice(0, 3), host].join('.');

describe.skipIf(ENGINE_ROOT === undefined)('an emergency call', () => {
  let bed: BranchBed;
  let opening: Promise<BedPeer>;
  let serving: Promise<unknown>;
  let copper: BedPeer;
  const consoleOfCopper = new GatewayConsole({ account: ACCOUNT, ports: 1 });
  const ups = new LabUps({ name: 'rack', family: 'megatec' });
  let switchedOn: LabFault | undefined;

  beforeAll(async () => {
    bed = await BranchBed.start({
      headquarters: true,
      failing: AGENT,
      onPlaces: (dir) =>
        writeFileSync(
          join(dir, 'secrets.json'),
          JSON.stringify({ community: AGENT.community, console: ACCOUNT.password }),
        ),
      document: ({ gateway: address }) => {
        const at = beside(address, COPPER);
        opening = BedPeer.open(
          'copper',
          { address: beside(address, BOX), port: 5060 },
          { address: at, port: 5060 },
        );
        serving = Promise.all([consoleOfCopper.serve(at, CONSOLE_PORT), ups.serve(at, UPS_PORT)]);
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
            'analog-1': {
              kind: 'fxo',
              model: 'generic-fxo',
              address: at,
              watch: {
                console: { port: `tcp:${at}:${CONSOLE_PORT}`, user: ACCOUNT.user, secret: 'console' },
              },
            },
          },
          trunks: {
            pstn: { gateway: 'e1-main', channels: 30, numbers: ['+86 571 8600 1000..1029'] },
            copper: { gateway: 'analog-1', channels: 1 },
          },
          routes: [{ to: ['emergency', 'national', 'mobile'], via: ['pstn', 'copper'], 'caller-id': 'main' }],
          queues: { service: { ...plain.queues.service, overflow: [{ when: 'length > 1', to: 'hang-up' }] } },
          recording: { default: 'never', announce: false, outgoing: 'never' },
          power: {
            ups: { rack: { driver: 'megatec', port: `tcp:${at}:${UPS_PORT}`, every: '500ms' } },
            'on-battery': [{ do: ['refuse-new-calls'] }],
          },
        };
      },
    });
    copper = await opening;
    await serving;
    copper.onInvite = (invite, peer) => {
      peer.respond(invite, 100, 'Trying');
      peer.accept(invite);
    };
  });
  afterAll(async () => {
    bed.process('box').kill('SIGCONT');
    await bed.stop();
    copper.close();
    await Promise.all([consoleOfCopper.close(), ups.close()]);
  });
  afterEach(async () => {
    if (switchedOn) bed.gateway.fault(switchedOn, false);
    switchedOn = undefined;
    consoleOfCopper.mood = 'well';
    bed.gateway.agent?.slow(0);
    bed.gateway.agent?.lie(undefined);
    await hangUpAll(bed);
  });

  async function help(phone = 'desk-1', withinMs = HELP_MS): Promise<void> {
    const call = await bed.phone(phone).call(HELP);
    await call.answered(withinMs);
    await call.hangup();
  }

  const switchOn = (fault: LabFault): void => {
    switchedOn = fault;
    bed.gateway.fault(fault, true);
  };
  /** What the gateway of a trunk says is asked for now, by everything that watches it. */
  const look = (trunk: string): Promise<unknown> => bed.box().post(`/api/trunks/${trunk}/look`, {});
  /** What the box has put on record of a gateway's lines last. */
  const told = (gateway: string): unknown =>
    bed
      .log('box')
      .split('\n')
      .filter((line) => line.includes('"a line"'))
      .map((line) => JSON.parse(line) as { gateway: string })
      .findLast((line) => line.gateway === gateway);

  test.each(LAB_FAULTS)('goes through with %s', async (fault) => {
    switchOn(fault);
    await help();
  });

  test('goes through while the agent answers too late to be heard', async () => {
    bed.gateway.agent?.slow(SLOW_MS);
    await look('pstn');
    await expect.poll(() => told('e1-main'), { timeout: WAIT }).toMatchObject({ state: 'unclear' });
    await help();
  });

  test('goes through while the agent calls a good line dead', async () => {
    bed.gateway.agent?.lie(SAYS.los);
    await look('pstn');
    await bed.box().untilLive(({ trunks }) => trunks.pstn?.state === 'down', WAIT);
    await help();
  });

  test('goes through while the agent calls a dead line good', async () => {
    bed.gateway.agent?.lie(SAYS.well);
    switchOn('los');
    await look('pstn');
    await help();
  });

  test.each<[ConsoleMood, RegExp]>([
    ['garbage', /garbage/],
    ['asks-again', /refuses name or password/],
    ['hangs-up', /hung up/],
  ])(
    'goes through by the one line that works, the console of which is of the kind: %s',
    async (mood, what) => {
      switchOn('refuse');
      consoleOfCopper.mood = mood;
      await look('copper');
      await expect
        .poll(() => told('analog-1'), { timeout: WAIT })
        .toMatchObject({ state: 'unclear', what: expect.stringMatching(what) as unknown });
      await help();
    },
  );

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
    await bed.box().untilLive(({ calls }) => Object.keys(calls).length === 0, WAIT);
    switchOn('power-off');
    const talk = await bed.phone('desk-2').call('013911111111');
    await talk.answered(WAIT);
    await help();
    await talk.whenEnded(WAIT);
  });

  test('goes through on the battery, when new calls are refused', async () => {
    ups.fault('mains-off', true);
    await bed
      .box()
      .untilLive(({ alarms }) => Object.values(alarms).some(({ code }) => code === 'on-battery'), WAIT);
    const other = await bed.phone('desk-2').call('013911111111');
    expect(await other.whenEnded(WAIT)).toMatchObject({ by: 'them' });
    await help();
  });

  test('goes through while the service hangs, and with a dead line before the one that works', async () => {
    bed.process('box').kill('SIGSTOP');
    await help();
    switchOn('refuse');
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
