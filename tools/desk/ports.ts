/** Addresses that a desk's branch needs, and which of them another program holds. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { desk } from './places.ts';

export interface Place {
  readonly what: string;
  readonly protocol: 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
}

const tcp = (what: string, address: string): Place => {
  const [host = '', port = ''] = address.split(':');
  return { what, protocol: 'tcp', host, port: Number(port) };
};

export const wanted: readonly Place[] = [
  tcp("the box's page", desk.boxPage),
  tcp("headquarters' page", desk.hqPage),
  tcp('the broker', `${desk.hqBroker.host}:${desk.hqBroker.port}`),
  tcp('the call engine', `127.0.0.1:${desk.ariPort}`),
  { what: "the box's telephones and gateways", protocol: 'udp', ...desk.boxSip },
  tcp("the second box's page", desk.second.page),
  tcp("the second box's call engine", `127.0.0.1:${desk.second.ariPort}`),
  { what: "the second box's telephones and gateway", protocol: 'udp', ...desk.second.sip },
  ...[...desk.gateways, ...desk.second.gateways].flatMap(({ host, port }): Place[] => [
    { what: "a gateway of the lab's", protocol: 'udp', host, port },
    { what: "a gateway of the lab's, behind", protocol: 'udp', host, port: desk.behindGateway.engine },
    { what: "a gateway of the lab's, within", protocol: 'udp', host, port: desk.behindGateway.relay },
  ]),
  { what: "the lab's carrier", protocol: 'udp', ...desk.cloud.carrier },
  { what: "the stand-in's telephones and line", protocol: 'udp', ...desk.cloud.sip },
  tcp("the stand-in's call engine", `127.0.0.1:${desk.cloud.ariFirst}`),
  tcp("the stand-in's page", `127.0.0.1:${desk.cloud.consoleFirst}`),
  tcp('the way to the broker', `${desk.uplink.host}:${desk.uplink.port}`),
  { what: "the lab's UPS", protocol: 'tcp', ...desk.ups },
  { what: "the lab's time server", protocol: 'udp', ...desk.time },
  { what: "the switch of the lab's faults", protocol: 'tcp', ...desk.labControl },
  { what: "the lab's public network", protocol: 'udp', ...desk.exchange },
];

/** Those of the places that cannot be had. */
export async function takenOf(places: readonly Place[]): Promise<readonly Place[]> {
  const free = await Promise.all(places.map(isFree));
  return places.filter((_place, index) => free[index] !== true);
}

async function isFree({ protocol, host, port }: Place): Promise<boolean> {
  const socket =
    protocol === 'tcp' ? createServer().listen(port, host) : createSocket('udp4').bind(port, host);
  try {
    await once(socket, 'listening');
  } catch {
    return false;
  }
  socket.close();
  await once(socket, 'close');
  return true;
}
