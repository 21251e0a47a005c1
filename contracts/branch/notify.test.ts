import { describe, expect, test } from 'vitest';
import { resolveBranch } from './resolve.ts';

const site = { id: 's', name: 'S', country: 'CN', timezone: 'Asia/Shanghai' };
const resolve = (document: object) => resolveBranch({ schema: 'branchline.branch/1', site, ...document });
const faultsOf = (document: object): string[] => {
  const resolved = resolve(document);
  return resolved.ok ? [] : resolved.faults.map(({ code, path }) => `${code} ${path}`);
};

describe('who is told', () => {
  test('with every default settled', () => {
    const resolved = resolve({
      notify: {
        pager: {
          webhook: { url: 'https://alarms.example/x', secret: 'hook' },
          quiet: { hours: '22:00-07:30' },
        },
        nms: { snmp: { address: '10.20.0.5', secret: 'community' }, from: 'info', language: 'en' },
      },
    });
    expect(resolved.ok && resolved.branch.notify).toEqual({
      pager: {
        name: 'pager',
        target: { kind: 'webhook', url: 'https://alarms.example/x', secret: 'hook' },
        from: 'warning',
        language: 'zh',
        quiet: { from: 1320, to: 450, except: 'critical' },
        most: { notices: 10, withinMs: 600_000 },
      },
      nms: {
        name: 'nms',
        target: {
          ...{ kind: 'snmp', secret: 'community', confirmed: true },
          address: { host: '10.20.0.5', port: 162 },
        },
        from: 'info',
        language: 'en',
        most: { notices: 10, withinMs: 600_000 },
      },
    });
  });

  test.each([
    ['no way', { duty: {} }, 'notify.duty'],
    [
      'two ways',
      { duty: { mail: ['a@b.example'], snmp: { address: '10.0.0.1', secret: 'x' } } },
      'notify.duty',
    ],
    [
      'a secret in the address',
      { w: { webhook: { url: 'https://u:p@h.example', secret: 'x' } } },
      'notify.w.webhook.url',
    ],
    [
      'another protocol',
      { w: { webhook: { url: 'file:///etc/passwd', secret: 'x' } } },
      'notify.w.webhook.url',
    ],
    [
      'no hours',
      { n: { snmp: { address: '10.0.0.1', secret: 'x' }, quiet: { hours: '22:00-22:00' } } },
      'notify.n.quiet.hours',
    ],
  ])('%s is a fault', (_, notify, path) => {
    expect(faultsOf({ notify }).filter((fault) => fault.endsWith(` ${path}`))).toHaveLength(1);
  });

  test('mail needs a server', () => {
    expect(faultsOf({ notify: { duty: { mail: ['a@b.example'] } } })).toEqual(['missing mail']);
  });
});

describe('a maintenance window', () => {
  const gateways = { e1: { kind: 'e1', address: '10.20.0.11' } };
  const maintenance = (what: string[]) => ({
    gateways,
    maintenance: { works: { what, hours: '02:00-04:00' } },
  });

  test('names things that there are', () => {
    expect(faultsOf(maintenance(['everything', 'gateway e1', 'disk /data', 'ups main']))).toEqual([]);
    expect(faultsOf(maintenance(['gateway e2', 'phone x']))).toEqual([
      'unknown-reference maintenance.works.what[0]',
      'unknown-reference maintenance.works.what[1]',
    ]);
    expect(faultsOf(maintenance(['the switch']))).toHaveLength(1);
  });
});
