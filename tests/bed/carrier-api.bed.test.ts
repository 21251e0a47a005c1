/** A carrier that is told by its API: only the numbers of a dead line are moved, all of them when the box is dead, and back. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ContinuityStepShown } from '@branchline/contracts/http/continuity';
import { CarrierApi } from '@branchline/lab/carrier-api/server';
import { readPlan } from '@branchline/lab/plan';
import { routesOf, type Routes } from '@branchline/lab/pstn/routes';
import { freeTcpPort } from '@branchline/lab/tcp';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { BRANCH, CloudHost, cloudDocument, cloudOrder, untilContinuity } from './cloud.ts';
import type { Door } from './door.ts';

const WAIT = 20_000;
const MOVES = 60_000;
const [MAIN, LAST, SIDE] = ['+8657186001000', '+8657186001029', '+8657186002000'];
/** Of the branch's own line. */
const OWN = ['+8657186001000', '+8657186001001', LAST];
const TOKEN = 'a-token-of-the-bed';

describe.skipIf(ENGINE_ROOT === undefined)('a carrier with an API', () => {
  let bed: BranchBed;
  let cloud: CloudHost;
  let hq: Door;
  let api: CarrierApi | undefined;
  let routes: Routes;

  beforeAll(async () => {
    const port = await freeTcpPort();
    const order = cloudOrder(2);
    bed = await BranchBed.start({
      ...order,
      document: (addresses) => withSide(cloudDocument(addresses)),
      hqEnv: (dir) => ({ BRANCHLINE_HQ_CARRIERS: carriersFile(dir, `http://127.0.0.1:${port}`) }),
      lab: (plan, net) => {
        const hunted = order.lab?.(plan, net) ?? plan;
        const targets = ['e1-main', 'cloud-box', 'cloud-standin'];
        const numbers = [
          { first: MAIN, last: LAST, targets, routed: true },
          { first: SIDE, last: SIDE, targets: ['cloud-box', 'cloud-standin'], routed: true },
        ];
        const routed = { ...hunted, pstn: { ...hunted.pstn, numbers } };
        routes = routesOf(readPlan(routed));
        return routed;
      },
    });
    api = new CarrierApi(TOKEN, routes);
    await api.start({ host: '127.0.0.1', port });
    hq = bed.hq();
    cloud = await CloudHost.start(bed);
    await untilContinuity(hq, ({ ready, lease }) => ready['stand-in'] && lease.answers === 'box', MOVES);
  }, 120_000);
  afterAll(async () => {
    cloud.end();
    await api?.stop();
    await bed.stop();
  });

  const story = async (): Promise<ContinuityStepShown['what'][]> =>
    (await hq.get<{ story: ContinuityStepShown[] }>(`/api/boxes/${BRANCH}/continuity`)).story.map(
      ({ what }) => what,
    );
  const answered = async (number: string): Promise<void> => {
    const call = await bed.caller().call(`0${number.slice(3)}`);
    await call.answered(WAIT);
    await call.hangup();
  };

  test('a line that is dead: its number comes by the cloud to the same box, and home when the line is back', async () => {
    bed.gateway.fault('power-off', true);
    await untilContinuity(hq, ({ rerouted }) => rerouted.length === OWN.length, MOVES);
    await expect.poll(() => routes.get(MAIN), { timeout: WAIT }).toBe('cloud-box');
    expect(routes.get(SIDE)).toBe('cloud-box');
    await answered(MAIN);
    await bed.box().untilCalls((calls) => calls.some(({ trunk }) => trunk === 'cloud'), WAIT);
    const { lease } = await untilContinuity(hq, () => true, WAIT);
    expect(lease).toMatchObject({ answers: 'box' });

    bed.gateway.fault('power-off', false);
    await untilContinuity(hq, ({ rerouted }) => rerouted.length === 0, MOVES);
    expect(routes.get(MAIN)).toBe('e1-main');
    expect(await story()).toEqual(expect.arrayContaining(['numbers-moved', 'numbers-back']));
  }, 180_000);

  test('a box that is dead: all of its numbers go to its stand-in, and home when it has proved itself', async () => {
    await Promise.all([bed.end('box', 'SIGKILL'), bed.end('engine', 'SIGKILL')]);
    await untilContinuity(hq, ({ lease }) => lease.answers === 'stand-in', MOVES);
    expect([routes.get(MAIN), routes.get(SIDE)]).toEqual(['cloud-standin', 'cloud-standin']);
    await answered(MAIN);
    bed.startEngine();
    bed.startBox();
    await bed.boxReady();
    await untilContinuity(hq, ({ lease, state }) => lease.answers === 'box' && state === 'serving', MOVES);
    expect([routes.get(MAIN), routes.get(SIDE)]).toEqual(['e1-main', 'cloud-box']);
    await answered(MAIN);
  }, 180_000);
});

/** A second number, which only comes by the cloud. */
function withSide(document: object): object {
  const { numbers } = document as { numbers: object };
  return { ...document, numbers: { ...numbers, side: { number: SIDE, to: 'queue service' } } };
}

/** What the carrier calls its targets is its own. */
function carriersFile(dir: string, url: string): string {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'carriers.yaml');
  const targets = `{ ${BRANCH}: e1-main, ${BRANCH}-cloud: cloud-box, ${BRANCH}-standin: cloud-standin }`;
  writeFileSync(join(dir, 'west.token'), TOKEN);
  writeFileSync(
    file,
    `carriers:\n  west: { kind: http, serves: ['+86'], url: '${url}', token-file: west.token, targets: ${targets}, settles: 2s }\n`,
  );
  return file;
}
