import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDocument } from '../branch/document.ts';
import { BadArgument } from './bad-argument.ts';
import { flowTry } from './flow-try.ts';

const SAMPLE = fileURLToPath(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url));
const NOON = Date.parse('2026-11-22T12:00:00+08:00');
const run = (...args: string[]): string => flowTry(args, checkDocument, NOON);

const LOOKS_UP = `
schema: branchline.branch/1
site: { id: b, name: B, country: CN, timezone: Asia/Shanghai }
people: { a: { name: A, extension: 8001 } }
numbers: { main: { number: '+86 571 8600 1000', to: flow ask } }
flows:
  ask:
    - collect: account
      ask: { say: { zh: 请输入账号, en: Your account } }
      digits: { min: 3, max: 6 }
      none: hang-up
    - look-up: 'https://crm.example/?a={account}&c={caller}'
      take: { name: name }
      failed: extension 8001
    - play: { say: { zh: '您好 {name}', en: 'Hello {name}' } }
    - survey: service
      questions: [{ id: friendly, ask: friendly, digits: 1-5 }]
    - to: hang-up
`;

describe('branchline flow try', () => {
  let dir: string;
  let document: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'branchline-try-'));
    document = join(dir, 'branch.yaml');
    writeFileSync(document, LOOKS_UP);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  test('says the path of a caller', () => {
    expect(run(SAMPLE, 'welcome', '--press', '.2', '--language', 'en').split('\n')).toEqual([
      'flow welcome, step 1: play',
      '    hears [welcome]',
      'flow welcome, step 2: hours shop: open',
      'flow welcome, step 3: menu',
      '    hears [main-menu]',
      '    presses nothing for 4 s',
      'flow welcome, step 3: no digit',
      'flow welcome, step 3: menu',
      '    hears [main-menu]',
      '    presses 2',
      'flow welcome, step 3: chose',
      '=> waits in queue service',
    ]);
  });

  test('by the number that is dialled, at another time', () => {
    expect(run(SAMPLE, '0571 8600 1000', '--at', '2027-01-01T10:00:00+08:00').split('\n').slice(2)).toEqual([
      'flow welcome, step 2: hours shop: holiday',
      'flow welcome, step 2.closed.1: play',
      '    hears [closed]',
      '=> the call ends',
    ]);
  });

  test('with what look-ups answer, in Chinese', () => {
    expect(
      run(document, 'main', '--caller', '13900000001', '--press', '1234#5', '--answer', '{"name":"王芳"}'),
    ).toBe(
      [
        '流程 ask，第 1 步：collect',
        '    听到 “请输入账号”',
        '    按 1',
        '    按 2',
        '    按 3',
        '    按 4',
        '    按 #',
        '流程 ask，第 1 步：collected 4 digits into account',
        '流程 ask，第 2 步：look-up',
        '    查询：GET https://crm.example/?a=1234&c=%2B8613900000001，最多等 2 秒',
        '流程 ask，第 2 步：look-up answered: name',
        '流程 ask，第 3 步：play',
        '    听到 “您好 王芳”',
        '流程 ask，第 4 步：survey service: friendly',
        '    听到 [friendly]',
        '    按 5',
        '    满意度调查 service 的 friendly：5',
        '=> 通话结束',
      ].join('\n'),
    );
  });

  test.each([
    ['that fails', ['--answer', 'fail:500'], 'look-up failed: 500'],
    ['that does not come', [], 'look-up failed: no answer in time'],
  ])('with an answer %s', (_, more, words) => {
    const said = run(document, 'ask', '--press', '123#', '--language', 'en', ...more);
    expect(said).toContain(`flow ask, step 2: ${words}\n=> extension 8001 rings`);
  });

  test.each([
    [['only-a-document'], 'branchline flow try DOCUMENT FLOW'],
    [['no-such-file', 'f'], 'ENOENT'],
    [[SAMPLE, 'nowhere'], "'nowhere' is no flow, and no number that leads to one. Known: welcome, main."],
    [[SAMPLE, 'welcome', '--press', '1a'], "--press is '1a'. Give digits"],
    [[SAMPLE, 'welcome', '--at', 'soon'], "--at is 'soon'. Give a time"],
    [[SAMPLE, 'welcome', '--answer', '{'], "--answer is '{'. Give JSON"],
    [[SAMPLE, 'welcome', '--language', 'fr'], "--language is 'fr'. Give zh or en."],
    [[SAMPLE, 'welcome', '--colour', 'red'], 'branchline flow try DOCUMENT FLOW'],
  ])('an argument that cannot be used: %j', (args, words) => {
    expect(() => run(...args)).toThrow(BadArgument);
    expect(() => run(...args)).toThrow(words);
  });

  test('a document with faults says them all', () => {
    const faulty = join(dir, 'faulty.yaml');
    writeFileSync(
      faulty,
      LOOKS_UP.replace('failed: extension 8001', 'failed: extension 9').replace('{name}', '{nom}'),
    );
    expect(() => run(faulty, 'ask')).toThrow(
      /has faults:\n.*flows\.ask\[1\]\.failed.*\n.*flows\.ask\[2\]\.play\.say/,
    );
  });
});
