import { describe, expect, test } from 'vitest';
import { faultText } from './faults.ts';
import { consolePort, gatewayWatch, resolveWatching, sourcesOf } from './gateways.ts';
import { resolveBranch } from './resolve.ts';

const document = (watch: unknown, events?: unknown) => ({
  schema: 'branchline.branch/1',
  site: { id: 'a', name: 'A', country: 'CN', timezone: 'Asia/Shanghai' },
  gateways: { main: { kind: 'e1', model: 'generic-e1', address: '10.20.0.11', watch } },
  ...(events === undefined ? {} : { 'gateway-events': events }),
});
const faults = (watch: unknown, events?: unknown): string[] => {
  const resolution = resolveBranch(document(watch, events));
  return resolution.ok ? [] : resolution.faults.map((fault) => faultText(fault, 'en'));
};

describe('how a gateway is watched', () => {
  test('is settled with every unit and default', () => {
    const resolution = resolveBranch(
      document({
        snmp: { secret: 'community' },
        console: { port: 'tcp:10.20.0.9:4001', user: 'admin', secret: 'console', every: '1m' },
      }),
    );
    if (!resolution.ok) throw new Error('it has no fault');
    const { watch } = resolution.branch.gateways['main'] ?? {};
    expect(watch).toEqual({
      syslog: false,
      snmp: {
        version: '2c',
        port: 161,
        secret: 'community',
        auth: 'sha256',
        privacy: 'aes',
        everyMs: 4_000,
        withinMs: 2_000,
      },
      console: {
        port: { kind: 'tcp', host: '10.20.0.9', port: 4001 },
        baud: 115_200,
        user: 'admin',
        secret: 'console',
        everyMs: 60_000,
      },
    });
    expect(watch && sourcesOf(watch)).toEqual(['snmp', 'console']);
    expect(resolution.branch.gatewayEvents).toEqual({ traps: 1162, syslog: 1514 });
  });

  test('is told all its faults at once, each with its remedy', () => {
    const watch = {
      snmp: { version: 3, secret: 'auth', every: '0s' },
      console: { port: 'COM1' },
      http: { path: '/status' },
      telepathy: true,
    };
    expect(faults(watch, { traps: 0 })).toEqual([
      "'gateways.main.watch.snmp.every' is '0s'. Give a duration of 1s to 1h.",
      "'gateways.main.watch.snmp.user' is missing. Give the user that the gateway knows the box as, since version is 3.",
      "'gateways.main.watch.console.port' is 'COM1'. Give a serial port such as /dev/ttyUSB0, or a serial server such as 'tcp:10.20.0.9:4001'.",
      "There is no field 'gateways.main.watch.http.path'. Known here: port, certificate, user, secret, every.",
      "There is no field 'gateways.main.watch.telepathy'. Known here: snmp, console, http, syslog.",
      "'gateway-events.traps' is 0. Give 1 or more.",
    ]);
    expect(faults({ snmp: { version: '1', secret: 'x' } })).toEqual([
      "'gateways.main.watch.snmp.version' is '1'. Give one of: 2c, 3.",
    ]);
  });

  test('is read by HTTP at port 80, and by HTTPS at 443 where a certificate is named', () => {
    const seen = Array.from({ length: 32 }, () => 'Ab').join(':');
    const http = (order: object) => resolveWatching(gatewayWatch.parse({ http: order })).http;
    expect(http({})).toMatchObject({ port: 80 });
    expect(http({ certificate: seen })).toMatchObject({ port: 443, certificate: 'ab'.repeat(32) });
    expect(http({ certificate: seen, port: 8443 })).toMatchObject({ port: 8443 });
    expect(faults({ http: { certificate: 'ab' } })[0]).toContain('the SHA-256 of its certificate');
  });

  test.each([
    ['/dev/ttyUSB0', { kind: 'serial', path: '/dev/ttyUSB0' }],
    ['/dev/serial/by-id/usb-FTDI_1', { kind: 'serial', path: '/dev/serial/by-id/usb-FTDI_1' }],
    ['tcp:10.20.0.9:4001', { kind: 'tcp', host: '10.20.0.9', port: 4001 }],
    ['tcp:10.20.0.9', undefined],
    ['tcp:server:4001', undefined],
    ['/dev/../etc/passwd', undefined],
    ['/etc/passwd', undefined],
    ['', undefined],
  ])('the port %j is %o', (text, port) => {
    expect(consolePort(text)).toEqual(port);
  });
});
