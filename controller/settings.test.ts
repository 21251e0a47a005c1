import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';

it('has defaults that keep everything on this machine', () => {
  const settings = readSettings({});
  expect(settings.httpListen).toEqual({ host: '127.0.0.1', port: 8480 });
  expect(settings.mqttListen.host).toBe('127.0.0.1');
  expect(settings.names).toEqual([]);
});

it('reads what is given', () => {
  const settings = readSettings({
    BRANCHLINE_HQ_HTTP_LISTEN: '[::]:8443',
    BRANCHLINE_HQ_NAMES: 'hq.example, 10.0.0.1',
    BRANCHLINE_HQ_TENANT: 'acme',
    HOME: '/root',
  });
  expect(settings).toMatchObject({
    httpListen: { host: '::', port: 8443 },
    names: ['hq.example', '10.0.0.1'],
  });
});

it('lists every fault at once', () => {
  const wrong = {
    BRANCHLINE_HQ_HTTP_LISTEN: 'example.org',
    BRANCHLINE_HQ_TENANT: 'Acme!',
    BRANCHLINE_HQ_LOG_LEVEL: 'loud',
    BRANCHLINE_HQ_TENNANT: 'x',
  };
  expect(() => readSettings(wrong)).toThrow(/HTTP_LISTEN(.|\n)*TENANT(.|\n)*LOG_LEVEL/);
  expect(() => readSettings(wrong)).toThrow(/TENNANT is no setting/);
});

it('a database elsewhere is named without its password, which stands in a file', () => {
  const read = (url: string) => readSettings({ BRANCHLINE_HQ_DATABASE_URL: url });
  expect(read('postgres://hq@db.example:5432/fleet?sslmode=verify-full').databaseUrl).toContain('db.example');
  expect(() => read('postgres://hq:secret@db.example/fleet')).toThrow(/DATABASE_PASSWORD_FILE/);
  expect(() => read('postgres://hq:secret@db.example/fleet')).not.toThrow(/secret/);
  expect(() => read('postgres://hq:se cret@db.example/fleet')).not.toThrow(/cret/);
  expect(() => read('mysql://hq@db.example/fleet')).toThrow(/postgres:\/\/user@host:port\/database/);
  expect(readSettings({}).databaseUrl).toBeUndefined();
});

it('a broker outside is named with its port, over TLS, and without a password', () => {
  const read = (url: string) => readSettings({ BRANCHLINE_HQ_BROKER_URL: url }).brokerUrl;
  expect(read('mqtts://broker.example:8885')).toBe('mqtts://broker.example:8885');
  expect(read('mqtts://[2001:db8::1]:8885')).toBe('mqtts://[2001:db8::1]:8885');
  for (const url of ['mqtt://broker:1883', 'mqtts://broker', 'mqtts://broker:99999', 'mqtts://broker:8885/x'])
    expect(() => read(url)).toThrow(/mqtts:\/\/host:port/);
  expect(() => read('mqtts://hq:secret@broker:8885')).not.toThrow(/secret/);
  expect(() => readSettings({ BRANCHLINE_HQ_BROKER_FOR_BOXES: 'broker' })).toThrow(/host:port/);
});
