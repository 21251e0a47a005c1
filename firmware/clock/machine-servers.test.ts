import { expect, it } from 'vitest';
import { timeServer } from '@branchline/contracts/branch/clock';
import { chronyServers, timesyncdServers } from './machine-servers.ts';

const hosts = (servers: readonly { host: string }[]): string[] => servers.map(({ host }) => host);

it("reads chrony's servers and pools, and no comment", () => {
  const conf =
    '# server old.example\npool 2.debian.pool.ntp.org iburst\n server 10.20.0.1 key 3\nserver [::1]\ndriftfile /x';
  expect(hosts(chronyServers(conf))).toEqual(['2.debian.pool.ntp.org', '10.20.0.1']);
});

it('takes of systemd-timesyncd what is set, then what it falls back to, then what it was built with', () => {
  const built = '[Time]\n#NTP=\n#FallbackNTP=0.debian.pool.ntp.org 1.debian.pool.ntp.org\n';
  expect(hosts(timesyncdServers(built))).toEqual(['0.debian.pool.ntp.org', '1.debian.pool.ntp.org']);
  expect(hosts(timesyncdServers(`${built}FallbackNTP=b.example`))).toEqual(['b.example']);
  expect(hosts(timesyncdServers(`${built}FallbackNTP=b.example\nNTP=a.example 10.0.0.1`))).toEqual([
    'a.example',
    '10.0.0.1',
  ]);
  expect(timesyncdServers('')).toEqual([]);
});

it.each([
  ['ntp.example', { host: 'ntp.example', port: 123 }],
  ['10.20.0.1:1123', { host: '10.20.0.1', port: 1123 }],
  ['NTP-1.Example', { host: 'ntp-1.example', port: 123 }],
  ['10.20.0.256', undefined],
  ['a..b', undefined],
  ['ntp.example:0', undefined],
  ['ntp.example:99999', undefined],
  ['http://ntp.example', undefined],
  ['', undefined],
])('a time server is written %j', (written, server) => expect(timeServer(written)).toEqual(server));
