import { describe, expect, it } from 'vitest';
import type { Branch } from '@branchline/contracts/branch/model';
import { SAMPLE_SECRETS, sampleBranch } from '../bed/sample-branch.ts';
import type { EngineSite } from '../settings.ts';
import { renderEngineFiles } from './render.ts';
import { UnsafeValue } from './text.ts';

const site = (branch: Branch = sampleBranch()): EngineSite => ({
  branch,
  settings: {
    sip: { address: '10.20.0.2', port: 5060 },
    mediaAddress: '10.20.0.2',
    rtp: { first: 20_000, last: 20_399 },
    ari: { port: 8088 },
    phoneSecrets: SAMPLE_SECRETS,
  },
  birth: { id: 'k3v9x2ab', ariSecret: 'not-a-secret-but-a-sample' },
});

const rendered = (value: EngineSite): Map<string, string> => new Map(renderEngineFiles(value));

/** Goldens hold no secret, and nothing made from one. */
const bare = (text: string): string =>
  text.replace(/(password_digest=[^:]+:)[0-9a-f]+/g, '$1…').replace('not-a-secret-but-a-sample', '…');

describe('the engine files of a branch', () => {
  it.each([...rendered(site()).keys()].filter((name) => rendered(site()).get(name)?.includes('[')))(
    '%s is the golden one',
    async (name) => {
      await expect(bare(rendered(site()).get(name) ?? '')).toMatchFileSnapshot(`goldens/${name}`);
    },
  );

  it('of an engine that has just begun offer a call of the network again until its firmware is there', () => {
    const { settings, ...rest } = site();
    const young = { ...rest, settings: { ...settings, bootWaitS: 15 } };
    const born = { ...young, birth: { ...young.birth, at: 1_700_000_000 } };
    const plan = (value: EngineSite): string => rendered(value).get('extensions.conf') ?? '';
    const again = plan(born)
      .split('\n')
      .filter((line) => line.includes('EPOCH} - 1700000000'));
    // By number and without one; never of a telephone, whose call may be for help.
    expect(again).toHaveLength(2);
    expect(again[0]).toContain('${BL_OFFERS} < 17');
    expect(plan(young)).toBe(plan(site()));
  });

  it('are the same bytes each time', () => {
    expect(rendered(site())).toEqual(rendered(structuredClone(site())));
  });

  it('hold no password of a phone', () => {
    const all = [...rendered(site()).values()].join('\n');
    for (const secret of Object.values(SAMPLE_SECRETS)) expect(all).not.toContain(secret);
  });
});

const HOSTILE = [
  '\n[general]',
  '\r\nexten => x',
  ';comment',
  '"><sip:x@y>',
  '${SHELL(id)}',
  '$[1+1]',
  '\\',
  '\0',
  '\u2028',
  'a,b&c|d',
];

describe('a value that would change the file it stands in', () => {
  it.each(HOSTILE)('%j in a person’s name is only ever a name', (hostile) => {
    const branch = sampleBranch();
    const people = { ...branch.people };
    people['li.lei'] = { ...branch.people['li.lei']!, name: { zh: `李${hostile}雷`, en: 'x' } };
    const text = rendered(site({ ...branch, people })).get('pjsip.conf') ?? '';
    const lines = text.split(/[\r\n\u2028\0]/);
    const ids = lines.filter((line) => line.startsWith('callerid='));
    expect(ids).toHaveLength(2);
    expect(ids[1]).toMatch(/^callerid="李[^"<>;\\$&|,]*雷" <8002>$/);
    expect(lines).toHaveLength((rendered(site()).get('pjsip.conf') ?? '').split('\n').length);
  });

  it.each(HOSTILE)('%j is refused where only a name, number, address or secret may stand', (hostile) => {
    const good = site();
    const { branch, settings } = good;
    const phone = { ...branch.phones['yealink-01']!, name: `p${hostile}` };
    const gateway = { ...branch.gateways['e1-main']!, address: { host: `10.0.0.1${hostile}`, port: 5060 } };
    const person = { ...branch.people['li.lei']!, extension: `80${hostile}` };
    const wrong: readonly EngineSite[] = [
      { ...good, branch: { ...branch, phones: { 'yealink-01': phone } } },
      { ...good, branch: { ...branch, gateways: { 'e1-main': gateway } } },
      { ...good, branch: { ...branch, people: { 'li.lei': person } } },
      { ...good, settings: { ...settings, mediaAddress: `10.0.0.1${hostile}` } },
      {
        ...good,
        settings: { ...settings, phoneSecrets: { ...SAMPLE_SECRETS, 'yealink-01': `secret-1${hostile}` } },
      },
      { ...good, birth: { ...good.birth, ariSecret: `secret-1${hostile}` } },
    ];
    for (const [index, value] of wrong.entries()) {
      expect(() => rendered(value), `case ${index}`).toThrow(UnsafeValue);
    }
  });

  it('is not repeated when it is a secret', () => {
    const good = site();
    const phoneSecrets = { ...SAMPLE_SECRETS, 'yealink-01': 'se cret' };
    const wrong = { ...good, settings: { ...good.settings, phoneSecrets } };
    expect(() => rendered(wrong)).toThrow(/^The password of 'yealink-01' cannot stand/);
  });

  it('is named with what would be right', () => {
    const { settings, ...rest } = site();
    const wrong = { ...rest, settings: { ...settings, sip: { address: 'pbx.local', port: 5060 } } };
    expect(() => rendered(wrong)).toThrow(
      "The SIP address 'pbx.local' cannot stand in an engine file. Use an IPv4 address.",
    );
  });
});
