/** The broker put together: the one inside this process, or headquarters as a client of one outside. */
import type { Clock } from '@branchline/runtime/clock';
import { roomLog, type Log } from '@branchline/runtime/log';
import { Broker } from './broker/broker.ts';
import { outsideOf, type Outside } from './broker/choose.ts';
import type { Intake } from './broker/intake.ts';
import { CONTROLLER_NAME } from './broker/mosquitto-rules.ts';
import type { BrokerPort } from './broker/port.ts';
import { brokerCertificate, controllerCertificate, type Authority } from './enrolment/authority.ts';
import type { Enrolment } from './enrolment/room.ts';
import type { Settings } from './settings.ts';
import { storePaths } from './store/open.ts';

export const LOOPBACK_NAMES = ['127.0.0.1', 'localhost'];

interface Around {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

interface Needed {
  readonly authority: Authority;
  readonly enrolment: Pick<Enrolment, 'standing' | 'standingOfName'>;
  readonly intake: Intake;
}

export function makeBroker(around: Around, needed: Needed): Promise<BrokerPort> {
  const outside = outsideOf(around.settings);
  return outside ? external(around, needed, outside) : embedded(around, needed);
}

async function embedded({ settings, clock, log }: Around, needed: Needed): Promise<BrokerPort> {
  const { authority, enrolment, intake } = needed;
  const dir = storePaths(settings.dataDir).identity;
  const names = [...new Set([...LOOPBACK_NAMES, ...settings.names])];
  const own = await brokerCertificate(authority, dir, names, clock);
  return new Broker({
    listen: settings.mqttListen,
    tenant: settings.tenant,
    tls: { ...own, ca: authority.cert },
    standing: enrolment.standing,
    intake,
    clock,
    log: roomLog(log, 'broker'),
  });
}

/** Loaded where it is asked for: the one inside has no use for an MQTT client. */
async function external(around: Around, needed: Needed, outside: Outside): Promise<BrokerPort> {
  const { settings, clock, random, log } = around;
  const { authority, enrolment, intake } = needed;
  const { ExternalBroker } = await import('./broker/external.ts');
  const { identity } = storePaths(settings.dataDir);
  const own = { tenant: settings.tenant, name: CONTROLLER_NAME };
  return new ExternalBroker({
    ...outside,
    tenant: settings.tenant,
    credentials: async () => ({
      ...(await controllerCertificate(authority, identity, own, clock)),
      ca: authority.cert,
    }),
    standing: enrolment.standingOfName,
    intake,
    clock,
    random,
    log: roomLog(log, 'broker'),
  });
}
