import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { takenOf, wanted, type Place } from './ports.ts';

test('an address that another program holds is found, of both kinds, and no other', async () => {
  const page = createServer().listen(0, '127.0.0.1');
  // An exchange of the machine's own takes its port on every address at once.
  const exchange = createSocket('udp4').bind(0, '0.0.0.0');
  await Promise.all([once(page, 'listening'), once(exchange, 'listening')]);
  const held: Place[] = [
    { what: 'a page', protocol: 'tcp', host: '127.0.0.1', port: (page.address() as AddressInfo).port },
    { what: 'an exchange', protocol: 'udp', host: '127.0.0.10', port: exchange.address().port },
  ];
  const free: Place = { what: 'anything', protocol: 'udp', host: '127.0.0.1', port: 0 };

  expect(await takenOf([...held, free])).toEqual(held);

  page.close();
  exchange.close();
  await Promise.all([once(page, 'close'), once(exchange, 'close')]);
  expect(await takenOf(held)).toEqual([]);
});

test('a desk asks for every address once', () => {
  const addresses = wanted.map(({ protocol, host, port }) => `${protocol} ${host}:${port}`);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(wanted.every(({ port }) => Number.isInteger(port) && port > 0)).toBe(true);
});
