import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inCloud } from './in-cloud.ts';
import type { Raw } from './raw.ts';
import { resolveBranch } from './resolve.ts';

const example = (name: string): Raw =>
  parse(readFileSync(new URL(`../../docs/examples/${name}.yaml`, import.meta.url), 'utf8')) as Raw;
const lines = example('trunks');
const { continuity: _, ...desk } = example('large-branch');
const { cloud: __, copper, ...ownLines } = desk.trunks as Record<string, Raw>;
const { forwarding: ___, ...plainCopper } = copper ?? {};
/** Without any line of its own by SIP, and nothing that leads there. */
const large: Raw = { ...desk, trunks: { ...ownLines, copper: plainCopper } };
const cloud = { sip: { server: 'sip.carrier.example', username: 'hz', secret: 'cloud' }, channels: 10 };
const withLine: Raw = {
  ...large,
  trunks: { ...(large.trunks as Raw), cloud },
  continuity: { 'stand-in': 'cloud-east' },
};
const resolved = (raw: Raw) => {
  const found = resolveBranch(raw);
  if (!found.ok) throw new Error(JSON.stringify(found.faults));
  return found.branch;
};
const faults = (raw: Raw): readonly string[] => {
  const found = resolveBranch(raw);
  return found.ok ? [] : found.faults.map(({ code, path }) => `${code} ${path}`);
};

describe('continuity in a document', () => {
  test('is as it was written, and all numbers are moved where none are named', () => {
    expect(resolved(lines).continuity).toEqual({
      standIn: 'cloud-east',
      numbers: ['main', 'service'],
      moveAfterMs: 10_000,
      comeHomeAfterMs: 300_000,
    });
    expect(resolved(withLine).continuity?.numbers).toEqual([
      'main',
      'service',
      'owner',
      'copper',
      'copper-cloud',
    ]);
    expect(resolved(large).continuity).toBeUndefined();
  });

  test('needs numbers that there are, a cloud line, times that make sense, and a name with room', () => {
    const with_ = (continuity: object): Raw => ({
      ...withLine,
      continuity: { 'stand-in': 'x', ...continuity },
    });
    expect(faults(with_({ numbers: ['main', 'nobody'] }))).toEqual([
      'unknown-reference continuity.numbers[1]',
    ]);
    expect(faults(with_({ 'move-after': '1s' }))).toEqual([expect.stringContaining('continuity.move-after')]);
    expect(faults({ ...large, continuity: { 'stand-in': 'x' } })).toEqual(['missing trunks']);
    const site = { ...(withLine.site as Raw), id: 'a-branch-with-a-name-that-is-too-long' };
    expect(faults({ ...withLine, site })).toEqual(['not-one-of site.id']);
    const people = withLine.people as Record<string, Raw>;
    const lei = { ...people['li.lei'], mobile: (withLine.numbers as Record<string, Raw>).main?.number };
    expect(faults({ ...withLine, people: { ...people, 'li.lei': lei } })).toEqual([
      'duplicate people.li.lei.mobile',
    ]);
  });

  test('a mobile that no line in the cloud leads to is warned about', () => {
    const people = withLine.people as Record<string, Raw>;
    const lei = { ...people['li.lei'], mobile: '+86 139 0000 0001' };
    const warned = (routes: unknown): string[] => {
      const found = resolveBranch({ ...withLine, routes, people: { ...people, 'li.lei': lei } });
      return (found.ok ? found.warnings : [])
        .map(({ path }) => path)
        .filter((path) => path.includes('mobile'));
    };
    expect(warned([{ to: 'mobile', via: ['pstn'] }])).toEqual(['people.li.lei.mobile']);
    expect(warned([{ to: 'mobile', via: ['pstn', 'cloud'] }])).toEqual([]);
  });
});

describe('a branch in the cloud', () => {
  test('is the branch, by its cloud lines alone, under the name of its stand-in', () => {
    for (const raw of [lines, withLine]) {
      const [here, there] = [resolved(raw), resolved(inCloud(raw))];
      expect(there.site).toEqual({ ...here.site, id: `${here.site.id}-standin` });
      for (const part of [
        'numbers',
        'flows',
        'queues',
        'people',
        'phones',
        'hours',
        'recording',
        'survival',
      ] as const)
        expect(there[part]).toEqual(here[part]);
      expect(Object.keys(there.trunks)).toEqual(['cloud']);
      expect(Object.values(there.gateways).every(({ line }) => line !== undefined)).toBe(true);
      expect(there.routes.every(({ via }) => via.join() === 'cloud')).toBe(true);
    }
  });

  test('knows every number that came by lines of the branch', () => {
    const there = resolved(inCloud(withLine));
    const came = Object.values(resolved(withLine).trunks).flatMap(({ numbers }) => numbers);
    expect(there.trunks.cloud?.numbers).toEqual(came);
  });

  test('rings the mobiles of those who have one, which the box itself does only where the document says so', () => {
    const raw = structuredClone(withLine) as { people: Record<string, Record<string, unknown>> };
    Object.assign(raw.people['li.lei'] ?? {}, { mobile: '+86 139 0000 0001' });
    Object.assign(raw.people['wang.fang'] ?? {}, {
      mobile: '+86 139 0000 0002',
      'mobile-rings': 'when-unreachable',
    });
    const mobiles = (branch: typeof raw) => {
      const { people } = resolved(branch);
      return [people['li.lei']?.mobile, people['wang.fang']?.mobile];
    };
    expect(mobiles(raw)).toEqual([undefined, '+8613900000002']);
    expect(mobiles(inCloud(raw) as typeof raw)).toEqual(['+8613900000001', '+8613900000002']);
  });

  test('has nothing of the room that the box stands in', () => {
    const there = resolved(inCloud(withLine));
    expect(there.power.ups).toEqual({});
    expect([there.contacts.inputs, there.contacts.signals, there.contacts.lifeline]).toEqual([
      [],
      [],
      undefined,
    ]);
    expect([there.uplinks, there.notify, there.selfCheck.checks, there.continuity]).toEqual([
      [],
      {},
      [],
      undefined,
    ]);
  });
});
