import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CHUNK_BYTES, LARGEST_BUNDLE_BYTES } from '@branchline/contracts/fleet/commands';
import type { Payload } from '@branchline/contracts/topics';
import { ManualClock } from '@branchline/runtime/clock';
import { SECRET_FIELDS } from '@branchline/runtime/log';
import { makeBundle, type BundleText } from './bundle.ts';
import { masked, textsIn } from './mask.ts';
import { BundleSending } from './sending.ts';

describe('what is struck out', () => {
  const kept = { community: 'pu8lic', sip: 'a "quoted" \\ secret', short: '4711' };
  const secrets = textsIn({ ...kept, deep: { er: ['x9-y8-z7-w6'] } });

  test.each([
    ['in a log line', '{"msg":"asked with pu8lic at 10.0.0.1"}', 'pu8lic'],
    ['as JSON writes it', JSON.stringify({ note: 'a "quoted" \\ secret' }), 'quoted'],
    ['in a longer text', 'community=pu8lic;x9-y8-z7-w6!', 'x9-y8'],
    ['a short one as a word', 'pin 4711 and 14711', 'pin 4711'],
    ['a key', '-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----', 'MHc'],
    ['the end of a key that was cut', 'MHcCAQ\n-----END PRIVATE KEY-----\nx', 'MHcCAQ'],
    ['in an address', 'https://user:hunter22@alarms.example/x', 'hunter22'],
    ['a password of YAML that nobody keeps', 'webhook:\n  password: hunter22\n', 'hunter22'],
    ['a header', 'Authorization: Bearer-abc.def', 'Bearer-abc'],
  ])('%s', (_, text, gone) => {
    expect(masked(text, secrets)).not.toContain(gone);
  });

  test('numbers that a short secret is a part of stay whole', () => {
    expect(masked('call 14711 took 4711 ms', secrets)).toBe('call 14711 took [secret] ms');
  });

  test.each([...SECRET_FIELDS, 'privacy-secret', 'sipPassword', 'community'])(
    'whatever is called %s, in JSON, YAML and settings',
    (field) => {
      for (const text of [
        `{"${field}":"h1dden!"}`,
        `${field}: h1dden!`,
        `${field}=h1dden!`,
        `  '${field}': 'h1dden!'`,
      ])
        expect(masked(text, [])).not.toContain('h1dden!');
    },
  );

  test('what is no secret is left as it is', () => {
    const text = '{"level":"info","room":"calls","call":"c-1","from":"+8613912345678"}\n';
    expect(masked(text, secrets)).toBe(text);
  });
});

describe('a bundle', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'bundle-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  async function unpacked(texts: readonly BundleText[], secrets: readonly string[] = []) {
    const bytes = await makeBundle({ texts, secrets, at: Date.UTC(2026, 0, 5), progress: () => undefined });
    const file = join(dir, 'bundle.tar.gz');
    writeFileSync(file, bytes);
    execFileSync('tar', ['-xzf', file, '-C', dir]);
    rmSync(file);
    const files = Object.fromEntries(
      readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]),
    );
    return { bytes, files };
  }

  test('is unpacked by tar, without secrets; what is not there is left out, what cannot be read says so', async () => {
    const { files } = await unpacked(
      [
        { name: 'a.json', text: () => '{"secret":"x"}\n' },
        { name: 'b.log', text: () => 'hunter22hunter22 was here\n' },
        { name: 'c.log', text: () => undefined },
        {
          name: 'd.log',
          text: () => {
            throw new Error('EACCES');
          },
        },
      ],
      ['hunter22hunter22'],
    );
    expect(files).toEqual({
      'a.json': '{"secret":"[secret]"}\n',
      'b.log': '[secret] was here\n',
      'd.log': 'could not be read: EACCES\n',
    });
  });

  test('is bounded however much there is to say; of each text the newest lines stay', async () => {
    const noise = (): string => {
      const random = randomBytes(1_200_000).toString('base64');
      return `${random.replace(/.{64}/g, '$&\n')}\nlast line\n`;
    };
    const texts = Array.from({ length: 9 }, (_, index) => ({ name: `${index}.log`, text: noise }));
    const { bytes, files } = await unpacked(texts);
    expect(bytes.length).toBeLessThan(LARGEST_BUNDLE_BYTES);
    const whole = Object.values(files).reduce((sum, text) => sum + text.length, 0);
    expect(whole).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(Object.keys(files).length).toBeGreaterThan(5);
    for (const text of Object.values(files)) {
      expect(text.length).toBeLessThanOrEqual(1024 * 1024);
      expect(text.endsWith('\nlast line\n')).toBe(true);
    }
  });
});

describe('sending', () => {
  const bytes = randomBytes(CHUNK_BYTES * 2 + 10);

  function bed() {
    const clock = new ManualClock();
    const sent: Payload<'bundle'>[] = [];
    const sending = new BundleSending({ clock, send: (piece) => sent.push(piece) });
    const controller = new AbortController();
    const ended = sending.send('00000001', bytes, { progress: () => undefined, signal: controller.signal });
    return { clock, sent, sending, controller, ended };
  }

  test('goes piece by piece, each after the word on the one before', async () => {
    const { sent, sending, ended } = bed();
    for (let have = CHUNK_BYTES; have < bytes.length; have += CHUNK_BYTES)
      sending.acked({ v: 1, id: '00000001', have });
    sending.acked({ v: 1, id: '00000001', have: bytes.length });
    await expect(ended).resolves.toMatchObject({ bytes: bytes.length });
    expect(Buffer.concat(sent.map(({ data }) => Buffer.from(data, 'base64')))).toEqual(bytes);
    expect(Math.max(...sent.map(({ data }) => data.length))).toBeLessThanOrEqual(64 * 1024);
  });

  test('goes on where headquarters says, and says again what nobody answered', () => {
    const { clock, sent, sending } = bed();
    sending.acked({ v: 1, id: '00000001', have: CHUNK_BYTES });
    sending.acked({ v: 1, id: '00000002', have: 0 });
    clock.advance(10_000);
    sending.acked({ v: 1, id: '00000001', have: 0 });
    expect(sent.map(({ from }) => from)).toEqual([0, CHUNK_BYTES, CHUNK_BYTES, 0]);
  });

  test('ends when it is given up', async () => {
    const { clock, sent, controller, ended } = bed();
    controller.abort();
    await expect(ended).rejects.toThrow('given up');
    clock.advance(60_000);
    expect(sent).toHaveLength(1);
  });
});
