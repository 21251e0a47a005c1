/** A line whose exchange forwards what nobody takes: the box sets it by star codes while it is well, and what calls while it is dead reaches the cloud. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FleetCall } from '@branchline/contracts/http/controller';
import type { LabPlanInput } from '@branchline/lab/plan';
import { BranchBed, ENGINE_ROOT, type BranchOrder } from './branch.ts';
import { BRANCH, CloudHost, cloudDocument, cloudOrder, untilContinuity } from './cloud.ts';
import type { Door } from './door.ts';

const WAIT = 20_000;
const SERVICE = '057186001001';
const CLOUD = { written: '+86 571 8600 2000', number: '+8657186002000' };
/** How long the exchange rings a line that does not answer, s. */
const AFTER_S = 3;

function document(addresses: { gateway: string }): { trunks: { pstn: object }; numbers: object } {
  const plain = cloudDocument(addresses) as ReturnType<typeof document>;
  const forwarding = { to: 'cloud', set: ['*41*{number}#'], cancel: ['#41#'], after: `${AFTER_S}s` };
  return {
    ...plain,
    trunks: { ...plain.trunks, pstn: { ...plain.trunks.pstn, forwarding } },
    numbers: { ...plain.numbers, cloud: { number: CLOUD.written, to: 'queue service' } },
  };
}

function order(): BranchOrder {
  const { hqEnv: _, ...cloud } = cloudOrder(2);
  return {
    ...cloud,
    document,
    lab: (plan, net): LabPlanInput => {
      const whole = cloud.lab?.(plan, net) ?? plan;
      return {
        ...whole,
        gateways: (whole.gateways ?? []).map((one, index) => ({
          ...one,
          numbers: plan.gateways?.[index]?.numbers ?? [],
          forwardsAfterS: AFTER_S,
        })),
        pstn: {
          ...whole.pstn,
          numbers: [{ first: CLOUD.number, last: CLOUD.number, targets: ['cloud-standin'] }],
        },
      };
    },
  };
}

interface Shown {
  readonly trunks: { readonly id: string; readonly forwarding: { readonly state: string } | null }[];
}

describe.skipIf(ENGINE_ROOT === undefined)('a line that is forwarded by its exchange', () => {
  let bed: BranchBed;
  let cloud: CloudHost;
  let hq: Door;
  beforeAll(async () => {
    bed = await BranchBed.start(order());
    hq = bed.hq();
    cloud = await CloudHost.start(bed);
    await untilContinuity(hq, ({ ready, lease }) => ready['stand-in'] && lease.answers === 'box', 60_000);
  }, 90_000);
  afterAll(async () => {
    cloud.end();
    await bed.stop();
  });

  test('the box dials the codes, the exchange takes them, and both pages say so', async () => {
    await bed
      .box()
      .untilGet<Shown>(
        '/api/trunks',
        ({ trunks }) => trunks.some(({ id, forwarding }) => id === 'pstn' && forwarding?.state === 'set'),
        WAIT,
      );
    const shown = await untilContinuity(
      hq,
      ({ forwarded }) => forwarded.length > 0 && forwarded.every(({ state }) => state === 'set'),
      WAIT,
    );
    expect(shown.carrier).toEqual({ kind: 'star-code', name: 'pstn', promiseS: AFTER_S });
    expect(shown.forwarded[0]).toMatchObject({ trunk: 'pstn', to: CLOUD.number, afterS: AFTER_S });
  }, 40_000);

  test('a call that the box takes is not forwarded; once the box is dead the next caller is answered in the cloud', async () => {
    const first = await bed.caller(0).call(SERVICE);
    await first.answered(WAIT);
    await bed.box().untilLive((live) => Object.keys(live.calls).length === 1, WAIT);
    await bed.caller(0).hangup();
    await Promise.all(['box', 'engine'].map((name) => bed.end(name as 'box' | 'engine', 'SIGKILL')));
    const second = await bed.caller(1).call(SERVICE);
    await second.answered(WAIT);
    await hq.untilGet<{ calls: FleetCall[] }>(
      `/api/calls?box=${BRANCH}-standin`,
      ({ calls }) => calls.some(({ from, queue }) => from.id === '+8613900000002' && queue === 'service'),
      WAIT,
    );
    await untilContinuity(hq, ({ lease }) => lease.answers === 'stand-in', 60_000);
  }, 120_000);

  test('the box comes home, and a document without it has the exchange forward nothing any more', async () => {
    await bed.caller(1).hangup();
    bed.startEngine();
    bed.startBox();
    await bed.boxReady();
    await untilContinuity(hq, ({ lease, state }) => lease.answers === 'box' && state === 'serving', 90_000);
    const { source } = await bed.box().get<{ source: string }>('/api/document');
    const plain = JSON.parse(source) as { trunks: { pstn: { forwarding?: object } } };
    delete plain.trunks.pstn.forwarding;
    await bed.box().post('/api/document', { source: JSON.stringify(plain) });
    await bed
      .box()
      .untilGet<Shown>(
        '/api/trunks',
        ({ trunks }) => trunks.every(({ forwarding }) => forwarding === null),
        WAIT,
      );
  }, 150_000);
});
