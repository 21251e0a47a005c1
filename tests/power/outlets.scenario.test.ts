/** A UPS with outlets, as a upsd tells of it over TCP (RFC 9271). No driver of Debian's that runs without a device has outlets. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStream } from '@branchline/firmware/devices/bytes/stream';
import { NutWatch } from '@branchline/firmware/devices/ups/nut/watch';
import { systemClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';

const HOST = '127.0.0.72';
const OFFERS = ['outlet.1.load.off', 'outlet.1.load.on', 'test.battery.start'];

let server: Server;
let heard: string[];
let offers: string[];
const sockets = new Set<Socket>();

beforeEach(async () => {
  [heard, offers] = [[], OFFERS];
  server = createServer((socket) => {
    sockets.add(socket);
    let user = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString('utf8').trim().split('\n')) {
        if (line.startsWith('USERNAME')) user = line;
        heard.push(line);
        socket.write(answer(line, user !== ''));
      }
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
  await once(server, 'close');
});

function answer(line: string, known: boolean): string {
  const [verb = '', what = ''] = line.split(' ');
  if (verb === 'LIST' && what === 'CMD')
    return `BEGIN LIST CMD front\n${offers.map((each) => `CMD front ${each}\n`).join('')}END LIST CMD front\n`;
  if (verb !== 'INSTCMD') return 'OK\n';
  if (!known) return 'ERR USERNAME-REQUIRED\n';
  return offers.includes(line.split(' ').at(-1) ?? '') ? 'OK\n' : 'ERR CMD-NOT-SUPPORTED\n';
}

const watch = (): NutWatch =>
  new NutWatch({
    ups: {
      ...{ name: 'rack', driver: 'nut', as: 'front', everyMs: 1_000, user: 'box', secret: 'upsd' },
      server: { host: HOST, port: (server.address() as AddressInfo).port },
    },
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    open: (at, signal) => openStream({ baud: 0, port: { kind: 'tcp', ...at } }, signal),
    secretOf: () => 'pass word',
    listener: { reading: () => undefined, silent: () => undefined },
  });

test('an outlet is turned off and on by who may give orders', async () => {
  const { outlets } = watch();
  expect(await outlets.lacks(1)).toBeUndefined();
  await outlets.turn(1, 'off');
  await outlets.turn(1, 'on');
  expect(heard.filter((line) => line.startsWith('INSTCMD'))).toEqual([
    'INSTCMD "front" outlet.1.load.off',
    'INSTCMD "front" outlet.1.load.on',
  ]);
});

test('an order that it does not know is told with what it offers', async () => {
  const { outlets } = watch();
  const offered = '∉ {outlet.1.load.off, outlet.1.load.on}';
  await expect(outlets.turn(2, 'off')).rejects.toThrow(`rack: outlet.2.load.off: ${offered}`);
  expect(await outlets.lacks('all')).toBe(`rack: load.off, load.on: ${offered}`);
});
