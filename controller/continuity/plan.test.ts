import { expect, test } from 'vitest';
import { planOf } from './plan.ts';

const DOCUMENT = {
  schema: 'branchline.branch/1',
  site: {
    ...{
      id: 'west',
      name: { zh: '店', en: 'Shop' },
      country: 'CN',
      timezone: 'Asia/Shanghai',
      language: 'en',
    },
  },
  gateways: { e1: { kind: 'e1', model: 'generic-e1', address: '127.0.0.11' } },
  trunks: {
    pstn: { gateway: 'e1', channels: 30, numbers: ['+86 571 8600 1000', '+86 571 8600 1001'] },
    cloud: {
      channels: 30,
      sip: {
        ...{ server: '127.0.0.1:5999', username: 'shop', secret: 'cloud-box' },
        'stand-in': { username: 'shop-standin', secret: 'cloud-standin' },
      },
    },
  },
  routes: [{ to: 'emergency', via: ['pstn'] }],
  numbers: {
    main: { number: '+86 571 8600 1000', to: 'queue service' },
    side: { number: '+86 571 8600 1001', to: 'queue service' },
  },
  people: {
    'li.lei': {
      ...{ name: { zh: '李雷', en: 'Li Lei' }, extension: 8002, phones: ['desk-1'] },
      agent: { queues: ['service'] },
    },
  },
  phones: { 'desk-1': {} },
  queues: { service: { ring: '15s' } },
};
const planned = (continuity: object, more: object = {}) =>
  planOf('west', { ...DOCUMENT, ...more, continuity: { 'stand-in': 'cloud-1', ...continuity } });

test('who stands in, under what name, after how long', () => {
  expect(planned({ 'move-after': '20s', 'come-home-after': '2m' })).toEqual({
    rules: { moveAfterMs: 20_000, comeHomeAfterMs: 120_000 },
    host: 'cloud-1',
    standIn: 'west-standin',
    numbers: ['+8657186001000', '+8657186001001'],
    ownLine: true,
    own: [
      { number: '+8657186001000', trunks: ['pstn'] },
      { number: '+8657186001001', trunks: ['pstn'] },
    ],
    forwarded: [],
    cloudLine: 'cloud',
  });
});

test('only the numbers that are named are moved', () => {
  expect(planned({ numbers: ['side'] })?.numbers).toEqual(['+8657186001001']);
});

test('a branch whose calls come by cloud lines alone has no line of its own', () => {
  const { cloud } = DOCUMENT.trunks;
  const more = { gateways: {}, trunks: { cloud }, routes: [{ to: 'emergency', via: ['cloud'] }] };
  expect(planned({}, more)?.ownLine).toBe(false);
});

test('no plan without continuity, nor of a document that is not understood', () => {
  expect(planOf('west', DOCUMENT)).toBeUndefined();
  expect(planned({ numbers: ['nowhere'] })).toBeUndefined();
  expect(planned({ 'move-after': 'soon' })).toBeUndefined();
  expect(planOf('west', { continuity: 1 })).toBeUndefined();
});

test('a number whose line is forwarded by its exchange, and where to; that one is in the cloud already', () => {
  const forwarding = { to: 'cloud', set: ['*41*{number}#'], cancel: ['#41#'], after: '15s' };
  const { trunks, numbers } = DOCUMENT;
  const plan = planned(
    {},
    {
      trunks: { ...trunks, pstn: { ...trunks.pstn, forwarding } },
      numbers: { ...numbers, cloud: { number: '+86 571 8600 2000', to: 'queue service' } },
    },
  );
  expect(plan?.numbers).toEqual(['+8657186001000', '+8657186001001']);
  expect(plan?.forwarded).toEqual(
    plan?.numbers.map((number) => ({ number, trunk: 'pstn', to: '+8657186002000', afterS: 15 })),
  );
});
