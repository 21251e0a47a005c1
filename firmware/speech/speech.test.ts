import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { rootLog } from '@branchline/runtime/log';
import { wavHeader } from '../recording/wav.ts';
import { Speaker } from './speaker.ts';
import { atTelephoneRate, readWav } from './telephone-sound.ts';
import { textsToSpeak } from './texts.ts';
import { pieces, speechName } from './voices.ts';

const tone = (hz: number, rate: number, seconds: number): Int16Array =>
  Int16Array.from({ length: rate * seconds }, (_, i) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * hz * i) / rate)),
  );
const loudness = (samples: Int16Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
const wav = (samples: Int16Array, rate: number): Buffer =>
  Buffer.concat([
    wavHeader({ channels: 1, rate, bits: 16 }, samples.byteLength),
    Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
  ]);

describe('sound for the telephone', () => {
  test('keeps what is below 4 kHz, in length and loudness', () => {
    const made = atTelephoneRate({ rate: 22_050, samples: tone(1_000, 22_050, 1) });
    expect(made).toHaveLength(8_000);
    const middle = made.subarray(200, -200);
    expect(loudness(middle)).toBeCloseTo(8_000 / Math.SQRT2, -3);
    const crossings = middle.filter((sample, i) => i > 0 && sample >= 0 && (middle[i - 1] ?? 0) < 0).length;
    expect(crossings).toBeGreaterThan(940);
    expect(crossings).toBeLessThan(960);
  });

  test('takes away what would fold back from above', () => {
    const made = atTelephoneRate({ rate: 22_050, samples: tone(6_000, 22_050, 1) });
    expect(loudness(made.subarray(200, -200))).toBeLessThan(60);
  });

  test('reads a file whose sizes are not true, and refuses what is none', () => {
    const file = wav(tone(500, 22_050, 1), 22_050);
    file.writeUInt32LE(0x7fffffff, 40);
    expect(readWav(file)).toMatchObject({ rate: 22_050 });
    expect(readWav(file).samples).toHaveLength(22_050);
    expect(() => readWav(Buffer.from('no sound'))).toThrow('no WAV file');
  });
});

describe('what is spoken', () => {
  test('a number digit by digit, anything else as it stands', () => {
    expect(pieces('+86 139', 'zh')).toEqual(['八', '六', '幺', '三', '九']);
    expect(pieces('107', 'en')).toEqual(['1', '0', '7']);
    expect(pieces('王芳', 'zh')).toEqual(['王芳']);
  });

  test('another text, language or engine has another file', () => {
    const names = [
      speechName('a', 'zh', '1'),
      speechName('a', 'en', '1'),
      speechName('b', 'zh', '1'),
      speechName('a', 'zh', '2'),
    ];
    expect(new Set(names).size).toBe(4);
    expect(speechName('a', 'zh', '1')).toBe(names[0]);
  });

  test('every text of a document, between its variables, in the languages that are heard', () => {
    const file = new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url);
    const raw = parse(readFileSync(file, 'utf8')) as Record<string, object>;
    raw.flows = {
      ...raw.flows,
      f: [
        { set: { language: 'zh' } },
        { collect: 'account', ask: { say: { zh: '账号', en: 'Account' } }, digits: 4, none: 'hang-up' },
        { play: { say: { zh: '是 {account} 吗', en: 'Is it {account}?' } } },
        { to: 'hang-up' },
      ],
    };
    const resolution = resolveBranch(raw);
    const texts = resolution.ok ? textsToSpeak(resolution.branch) : [];
    expect(texts).toEqual([
      { language: 'en', text: 'Account' },
      { language: 'en', text: 'Is it' },
      { language: 'zh', text: '账号' },
      { language: 'zh', text: '是' },
      { language: 'zh', text: '吗' },
    ]);
  });
});

describe('the speaker', () => {
  let dir: string;
  const told: string[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'branchline-speech-'));
    told.length = 0;
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const speaker = (program: string): Speaker =>
    new Speaker({
      dir: join(dir, 'speech'),
      log: rootLog({ name: 'test', level: 'fatal' }),
      wavHeader,
      onEngine: (state) => told.push(state),
      program,
    });
  /** A program that stands in for the engine: says its version, and a tone for any text. */
  function engine(script: string): string {
    writeFileSync(join(dir, 'sound.wav'), wav(tone(500, 22_050, 1), 22_050));
    const path = join(dir, 'speak');
    writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && echo 'speak 1' && exit\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  test('makes each text once, and finds it again', async () => {
    const program = engine(`echo "$@" >> ${dir}/runs; cat > /dev/null; cat ${dir}/sound.wav`);
    const first = speaker(program);
    await first.prepare([{ language: 'en', text: 'Hello' }]);
    const name = first.ready({ language: 'en', text: 'Hello' });
    expect(name).toMatch(/^[0-9a-f]{32}$/);
    expect(readWav(readFileSync(join(dir, 'speech', `${name}.wav`)))).toMatchObject({ rate: 8_000 });
    const runs = readFileSync(join(dir, 'runs'), 'utf8').split('\n').length;
    const second = speaker(program);
    await second.prepare([{ language: 'en', text: 'Hello' }]);
    expect(second.ready({ language: 'en', text: 'Hello' })).toBe(name);
    expect(readFileSync(join(dir, 'runs'), 'utf8').split('\n')).toHaveLength(runs);
    expect(told).toEqual(['there', 'there']);
  });

  test('makes ten digits beside the texts of a language', async () => {
    const it = speaker(engine(`cat > /dev/null; cat ${dir}/sound.wav`));
    await it.prepare([{ language: 'zh', text: '您好' }]);
    expect(readdirSync(join(dir, 'speech'))).toHaveLength(11);
    expect(it.ready({ language: 'zh', text: '幺' })).toBeDefined();
  });

  test('the text is never an argument', async () => {
    const it = speaker(engine(`echo "$@" >> ${dir}/runs; cat >> ${dir}/texts; cat ${dir}/sound.wav`));
    await it.prepare([{ language: 'en', text: '--help; $(touch evil)' }]);
    expect(readFileSync(join(dir, 'runs'), 'utf8')).not.toContain('help');
    expect(readFileSync(join(dir, 'texts'), 'utf8')).toContain('--help; $(touch evil)');
  });

  test('an engine that fails, or writes no sound, leaves the text unspoken', async () => {
    for (const script of ['exit 3', 'cat > /dev/null; echo no sound']) {
      const it = speaker(engine(script));
      await it.prepare([{ language: 'en', text: 'Hello' }]);
      expect(it.ready({ language: 'en', text: 'Hello' })).toBeUndefined();
    }
  });

  test('during a call a slow engine is not waited for', async () => {
    const it = speaker(engine(`cat > /dev/null; [ -e ${dir}/slow ] && exec sleep 60; cat ${dir}/sound.wav`));
    await it.prepare([{ language: 'en', text: 'Hello' }]);
    writeFileSync(join(dir, 'slow'), '');
    expect(await it.now({ language: 'en', text: 'late' })).toBeUndefined();
  });

  test('without an engine nothing is spoken, and it is told', async () => {
    const it = speaker(join(dir, 'no-such-program'));
    await it.prepare([{ language: 'en', text: 'Hello' }]);
    expect(told).toEqual(['missing']);
    expect(it.ready({ language: 'en', text: 'Hello' })).toBeUndefined();
    expect(await it.now({ language: 'en', text: 'Hello' })).toBeUndefined();
  });

  test('a document without texts asks for no engine', async () => {
    await speaker(join(dir, 'no-such-program')).prepare([]);
    expect(told).toEqual([]);
  });
});
