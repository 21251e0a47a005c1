import { expect, test } from 'vitest';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { SAMPLE_DOCUMENT, SAMPLE_SECRETS } from '../bed/sample-branch.ts';
import type { EngineSite } from '../settings.ts';
import { renderEngineFiles } from './render.ts';

const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const PASSWORD = 'p@ss[1]"&word';

function site(sip: object = {}, settings: Partial<EngineSite['settings']> = {}): EngineSite {
  const resolved = resolveBranch({
    ...SAMPLE_DOCUMENT,
    trunks: {
      ...SAMPLE_DOCUMENT.trunks,
      cloud: {
        sip: {
          server: 'sip.carrier.example',
          transport: 'tls',
          srtp: true,
          username: 'hz-west',
          secret: 'cloud-sip',
          ...sip,
        },
        channels: 10,
      },
      plain: { sip: { server: '203.0.113.7:5070', from: ['203.0.113.8'] }, channels: 4 },
    },
  });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  return {
    branch: resolved.branch,
    settings: {
      sip: { address: '10.20.0.2', port: 5060 },
      mediaAddress: '10.20.0.2',
      rtp: { first: 20_000, last: 20_399 },
      ari: { port: 8088 },
      phoneSecrets: SAMPLE_SECRETS,
      lineSecrets: { 'cloud-sip': PASSWORD },
      lineCa: CA,
      ...settings,
    },
    birth: { id: 'k3v9x2ab', ariSecret: 'not-a-secret-but-a-sample' },
  };
}

const pjsip = (of: EngineSite): string => renderEngineFiles(of).get('pjsip.conf') ?? '';
const linesOnly = (text: string): string =>
  text
    .split(/\n(?=\[)/)
    .filter((section) => /^\[(gw-(cloud|plain)|tls|tcp)\]/.test(section))
    .join('\n')
    .replace(PASSWORD, '…');

test('a line by registration over TLS with SRTP, and one by address, are the golden ones', async () => {
  await expect(linesOnly(pjsip(site()))).toMatchFileSnapshot('goldens/lines.conf');
});

test('certificates are a file beside, and are what the far end is held to', () => {
  const files = renderEngineFiles(site());
  expect(files.get('line-ca.pem')).toBe(CA);
  expect(files.get('pjsip.conf')).toContain('ca_list_file=/etc/asterisk/line-ca.pem');
  expect(files.get('pjsip.conf')).toContain('verify_server=yes');
});

test('without a password nothing registers, and the line is there all the same', () => {
  const text = pjsip(site({}, { lineSecrets: {} }));
  expect(text).not.toContain('type=registration');
  expect(text).not.toContain('outbound_auth');
  expect(text).toContain('contact=sip:sip.carrier.example:5061');
});

test.each(['a\nb', 'a;b', 'a b', ''])('the password %j is refused, and is not repeated', (password) => {
  const wrong = site({}, { lineSecrets: { 'cloud-sip': password } });
  expect(() => pjsip(wrong)).toThrow(/^The password of the trunk 'cloud' cannot stand/);
});

test('a server or user that would change the file is refused by name', () => {
  const good = site();
  const cloud = good.branch.gateways['cloud']!;
  for (const [line, said] of [
    [{ ...cloud.line!, server: { host: 'a\nb', port: 5061 } }, 'The server of the trunk'],
    [{ ...cloud.line!, username: 'a"b' }, 'The user name of the trunk'],
  ] as const) {
    const gateways = { ...good.branch.gateways, cloud: { ...cloud, line } };
    expect(() => pjsip({ ...good, branch: { ...good.branch, gateways } })).toThrow(said);
  }
});

test('a call by a registration has its number in the To header', () => {
  const text = renderEngineFiles(site()).get('extensions.conf') ?? '';
  expect(text).toContain('exten => line,1,Set(BL_TO=${PJSIP_HEADER(read,To)})');
  expect(text).toContain('Set(BL_TO=${FILTER(0-9+*#,${BL_TO})})');
});

test('with the service dead an emergency leaves by the line as well', () => {
  const text = renderEngineFiles(site()).get('extensions.conf') ?? '';
  expect(text).toContain('Dial(PJSIP/${EXTEN}@gw-cloud,');
});
