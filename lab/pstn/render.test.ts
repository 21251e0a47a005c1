import { describe, expect, test } from 'vitest';
import { readPlan, type LabPlanInput } from '../plan.ts';
import { eachNumber, nationalForm } from './numbers.ts';
import { renderPstnFiles } from './render.ts';

const PLAN: LabPlanInput = {
  box: { host: '127.0.0.1', port: 5060 },
  pstn: {
    engineRoot: '/srv/engine',
    instance: '/srv/pstn',
    exchange: { host: '127.0.0.10', port: 5060 },
    rtp: { first: 30_000, last: 30_999 },
    country: { code: '86', area: '571' },
  },
  gateways: [
    {
      name: 'e1-main',
      address: { host: '127.0.0.11', port: 5060 },
      numbers: [{ first: '+8657186001000', last: '+8657186001001' }],
    },
    {
      name: 'e1-spare',
      address: { host: '127.0.0.12', port: 5060 },
      channels: 4,
      numbers: [{ first: '+8657186001001', last: '+8657186001001' }],
    },
  ],
  subscribers: [
    { number: '+8613900000001', user: '8613900000001', password: 'subscriber-1-secret', tone: 600 },
  ],
};

describe('the files of the public network', () => {
  const files = renderPstnFiles(readPlan(PLAN));

  test('are the same bytes for the same plan', () => {
    expect(renderPstnFiles(readPlan(PLAN))).toEqual(files);
  });

  test('try the lines of a number in order', () => {
    expect(files['extensions.conf']).toContain(
      'exten => +8657186001001,1,Gosub(to-e1-main,${EXTEN},1)\n same => n,Gosub(to-e1-spare,${EXTEN},1)\n',
    );
  });

  test('limit each gateway, and know the box by address', () => {
    expect(files['pjsip.conf']).toContain('set_var=CHANNELS=4');
    expect(files['pjsip.conf']).toContain('permit=127.0.0.1/255.255.255.255');
  });

  test('leave the address of a gateway that can fail to the gateway', () => {
    const gateways = [
      { name: 'e1', address: { host: '127.0.0.11', port: 5060 }, behind: { engine: 5062, relay: 5064 } },
    ];
    const conf = renderPstnFiles(readPlan({ ...PLAN, gateways }))['pjsip.conf'];
    expect(conf).toContain('bind=127.0.0.11:5062');
    expect(conf).toContain('permit=127.0.0.11/255.255.255.255');
    expect(conf).toContain('contact=sip:127.0.0.11:5064');
  });

  test('are the reviewed ones', async () => {
    await expect(files['extensions.conf']).toMatchFileSnapshot('golden/extensions.conf');
    const withoutSecrets = files['pjsip.conf']?.replaceAll('subscriber-1-secret', 'SECRET');
    await expect(withoutSecrets).toMatchFileSnapshot('golden/pjsip.conf');
  });
});

describe('a plan', () => {
  test('is refused with every fault, path and remedy', () => {
    const bad = {
      ...PLAN,
      gateways: [{ name: 'E1\nmain', address: { host: 'gateway', port: 0 } }],
      subscribers: [{ number: '139', user: 'x;y', password: 'short', tone: 5 }],
    };
    expect(() => readPlan(bad)).toThrow(
      /gateways\.0\.name: .*\n.*gateways\.0\.address\.host: .*\n.*gateways\.0\.address\.port: [^]*subscribers\.0\.password: 8 to 128/,
    );
  });

  test('gives every gateway an address of its own', () => {
    const gateways = [{ name: 'a', address: { host: '127.0.0.1', port: 5070 } }];
    expect(() => readPlan({ ...PLAN, gateways })).toThrow('127.0.0.1 is used twice');
  });
});

test.each([
  ['+8613900000001', '13900000001'],
  ['+8657186001000', '057186001000'],
  ['+85223456789', '0085223456789'],
])('%s is dialled %s within China', (number, dialled) => {
  expect(nationalForm(number, '86')).toBe(dialled);
});

test('a block of numbers is counted out, and refused when it is none', () => {
  expect(eachNumber('+8657186001009', '+8657186001011')).toEqual([
    '+8657186001009',
    '+8657186001010',
    '+8657186001011',
  ]);
  expect(() => eachNumber('+8657186001009', '+8657186001008')).toThrow('not a block');
  expect(() => eachNumber('+8657186001000', '+8657186009999')).toThrow('not a block');
});

test('a carrier challenges all that it is sent, takes no sound in the clear, and has its certificate as a file', () => {
  const tls = {
    certificate: '-----BEGIN CERTIFICATE-----\nMIIB\n',
    key: '-----BEGIN PRIVATE KEY-----\nMIIE\n',
  };
  const carrier = {
    name: 'safe',
    address: { host: '127.0.0.15', port: 5061 },
    tls,
    srtp: true,
    username: 'hz-west',
    password: 'carrier-secret',
  };
  const files = renderPstnFiles(readPlan({ ...PLAN, pstn: { ...PLAN.pstn, carriers: [carrier] } }));
  const sections = files['pjsip.conf'] ?? '';
  for (const part of ['protocol=tls\nbind=127.0.0.15:5061', 'auth=hz-west', 'media_encryption=sdes'])
    expect(sections).toContain(part);
  expect(files['carrier-safe.crt']).toBe(tls.certificate);
  expect(files['carrier-safe.key']).toBe(tls.key);
});
