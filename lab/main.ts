/** The lab as one process: `node lab/main.ts --plan FILE [--log-level LEVEL] [--seed N]`. Ends with all it started on SIGTERM. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runService, type Part } from '@branchline/runtime/lifecycle';
import { rootLog, roomLog, type Log } from '@branchline/runtime/log';
import { CarrierApi } from './carrier-api/server.ts';
import { LabGpio } from './gpio/gpio.ts';
import { LabUps } from './power/ups.ts';
import { LabGateway } from './gateways/gateway.ts';
import { gatewayPlans } from './gateways/plans.ts';
import { FaultSwitch } from './gateways/switchboard.ts';
import { CutOffPhone } from './phones/desk-switch.ts';
import { DeskPhone } from './phones/desk-phone.ts';
import { readPlan, type LabPlan } from './plan.ts';
import { startPstn, type Pstn } from './pstn/pstn.ts';
import { routesOf } from './pstn/routes.ts';
import { openSubscriber } from './pstn/subscriber.ts';
import { createPacer, type Pacer } from './rtp/pacer.ts';
import { seededRandom } from './traffic/chance.ts';
import { createTally } from './traffic/tally.ts';
import { startTraffic } from './traffic/traffic.ts';
import { LabTime } from './time/server.ts';
import { LabUplink } from './uplinks/uplink.ts';

const { values } = parseArgs({
  options: {
    plan: { type: 'string' },
    'log-level': { type: 'string', default: 'info' },
    seed: { type: 'string', default: '1' },
  },
});
const log = rootLog({ name: 'lab', level: values['log-level'] });
try {
  if (values.plan === undefined) throw new Error('Give --plan FILE, the lab plan as JSON.');
  const plan = readPlan(JSON.parse(readFileSync(values.plan, 'utf8')));
  await runService(parts(plan, createPacer(), Number(values.seed)), log);
  log.info({ phones: plan.phones.length, subscribers: plan.subscribers.length }, 'ready');
} catch (error) {
  log.fatal({ err: error }, 'the lab cannot start');
  process.exit(1);
}

function parts(plan: LabPlan, pacer: Pacer, seed: number): readonly Part[] {
  const phones: DeskPhone[] = [];
  const subscribers: DeskPhone[] = [];
  const devices: Devices = { gateways: [], ups: [], gpio: [], uplinks: [], time: [] };
  return [
    pstnPart(plan, pacer, roomLog(log, 'pstn')),
    ...(plan.pstn.api ? [carrierApiPart(plan, plan.pstn.api)] : []),
    devicesPart(plan, devices),
    telephones('subscribers', subscribers, roomLog(log, 'pstn'), () => {
      const site = { exchange: plan.pstn.exchange, host: plan.subscriberHost, pacer };
      return plan.subscribers.map((line) => openSubscriber(line, site));
    }),
    telephones('phones', phones, roomLog(log, 'phones'), () =>
      plan.phones.map(({ user, password, extension, tone, box, second }) =>
        DeskPhone.open({
          ...{ server: box ?? plan.box, user, password, extension, tone, pacer },
          ...(second && { second }),
        }),
      ),
    ),
    switchPart(plan, devices, phones, roomLog(log, 'devices')),
    ...(plan.traffic ? [trafficPart(plan, plan.traffic, phones, subscribers, seed)] : []),
  ];
}

/** Without the public network nothing here is of use: the supervisor starts the whole lab again. */
function pstnPart(plan: LabPlan, pacer: Pacer, room: Log): Part {
  let pstn: Pstn | undefined;
  let stopping = false;
  return {
    name: 'pstn',
    start: async () => {
      pstn = await startPstn(plan, pacer);
      room.info(
        { pid: pstn.pid, exchange: plan.pstn.exchange, gateways: plan.gateways.map((g) => g.name) },
        'up',
      );
      void pstn.ended.then((end) => {
        if (stopping) return;
        room.fatal(end, 'the engine of the public network has ended');
        process.exit(1);
      });
    },
    stop: async () => {
      stopping = true;
      await pstn?.stop();
    },
  };
}

/** Where the public network's routed numbers are moved. */
function carrierApiPart(plan: LabPlan, { host, port, token }: NonNullable<LabPlan['pstn']['api']>): Part {
  const api = new CarrierApi(token, routesOf(plan));
  return {
    name: 'carrier-api',
    start: async () => void (await api.start({ host, port })),
    stop: () => api.stop(),
  };
}

interface Devices {
  readonly gateways: LabGateway[];
  readonly ups: LabUps[];
  readonly gpio: LabGpio[];
  readonly uplinks: LabUplink[];
  readonly time: LabTime[];
}

/** What can fail, beside telephones. */
function devicesPart(plan: LabPlan, { gateways, ups, gpio, uplinks, time }: Devices): Part {
  return {
    name: 'devices',
    start: async () => {
      for (const one of gatewayPlans(plan)) gateways.push(await LabGateway.open(one));
      for (const { server, ...one } of plan.ups) {
        const made = new LabUps(one);
        await made.serve(server.host, server.port);
        ups.push(made);
      }
      for (const one of plan.gpio ? [new LabGpio(plan.gpio)] : []) {
        await one.listen();
        gpio.push(one);
      }
      for (const { at, to, relay } of plan.uplink ? [plan.uplink] : [])
        uplinks.push(await LabUplink.open(at, to, relay));
      for (const at of plan.time ? [plan.time] : []) time.push(await LabTime.open(at));
    },
    stop: async () => {
      await Promise.all([...gateways, ...ups, ...gpio, ...uplinks, ...time].map((one) => one.close()));
    },
  };
}

/** The switch of what can fail, when all of it is there. */
function switchPart(plan: LabPlan, devices: Devices, telephones: readonly DeskPhone[], room: Log): Part {
  let faults: FaultSwitch | undefined;
  return {
    name: 'switch',
    start: async () => {
      if (!plan.control) return;
      const phones = telephones.map(
        (phone, index) => new CutOffPhone(plan.phones[index]?.name ?? phone.extension, phone),
      );
      faults = new FaultSwitch({ ...devices, phones }, (name, fault, on) =>
        room.info({ name, fault, on }, 'switched'),
      );
      await faults.listen(plan.control);
    },
    stop: () => faults?.close(),
  };
}

/** A telephone that is refused, or not answered, goes on trying: the box may be starting still. */
function telephones(
  name: string,
  into: DeskPhone[],
  room: Log,
  open: () => readonly Promise<DeskPhone>[],
): Part {
  return {
    name,
    start: async () => {
      into.push(...(await Promise.all(open())));
      for (const phone of into) {
        for (const agent of phone.agents) {
          agent.on('registration', ({ kind }) => {
            if (kind !== 'registered')
              room.warn({ phone: phone.extension, registration: kind }, 'not registered');
          });
          void agent.register();
        }
      }
    },
    stop: async () => {
      await Promise.all(into.map((phone) => phone.close()));
    },
  };
}

function trafficPart(
  plan: LabPlan,
  traffic: NonNullable<LabPlan['traffic']>,
  phones: readonly DeskPhone[],
  subscribers: readonly DeskPhone[],
  seed: number,
): Part {
  const room = roomLog(log, 'traffic');
  const tally = createTally((report) => room.info(report, 'call'));
  let end = (): void => undefined;
  return {
    name: 'traffic',
    start: () => {
      const onFault = (err: unknown): void => room.warn({ err }, 'a call could not be tried');
      end = startTraffic({ plan, traffic, phones, subscribers, random: seededRandom(seed), tally, onFault });
    },
    stop: () => {
      end();
      room.info(tally.counts(), 'calls since the start');
    },
  };
}
