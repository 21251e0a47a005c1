import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { harvestSurvivable, readSurvivable } from './survivable-log.ts';

const WHOLE = [
  'began|a-1.0|1795316070|inbound|gw-e1-main|13912345678|+8657186001001|TIMEOUT',
  'answered|a-1.0|1795316075|phone-yealink-01',
  'ended|a-1.0|1795316090|ANSWER|16',
].join('\n');

describe('readSurvivable', () => {
  it('makes one call of its lines', () => {
    expect(readSurvivable(WHOLE)).toEqual({
      unreadable: [],
      calls: [
        {
          channel: 'a-1.0',
          kind: 'inbound',
          from: { kind: 'gateway', name: 'e1-main' },
          callerNumber: '13912345678',
          dialled: '+8657186001001',
          beganAt: 1795316070_000,
          answeredAt: 1795316075_000,
          answeredBy: { kind: 'phone', name: 'yealink-01' },
          endedAt: 1795316090_000,
          why: 'TIMEOUT',
          cause: 16,
        },
      ],
    });
  });

  it('keeps what is known of a call the engine was killed in', () => {
    const [call] = readSurvivable(WHOLE.split('\n').slice(0, 2).join('\n')).calls;
    expect(call?.answeredAt).toBe(1795316075_000);
    expect(call?.endedAt).toBeUndefined();
  });

  it.each([
    '',
    'began|',
    'began|a|x|inbound|||||',
    'began|a|1|party|||||',
    'answered|b-9.9|1|phone-x',
    'ended|a-1.0|',
    '\0\0\0',
    'began|a-1.0|17953',
  ])('never makes a call up from %j', (line) => {
    const { calls, unreadable } = readSurvivable(line);
    expect(calls).toEqual([]);
    expect(unreadable).toEqual(line === '' ? [] : [line]);
  });
});

describe('harvestSurvivable', () => {
  it('leaves out calls that go on, and removes only what no engine writes to any more', () => {
    const dir = mkdtempSync(join(tmpdir(), 'survivable-'));
    try {
      writeFileSync(join(dir, 'former00.log'), WHOLE.replaceAll('a-1.0', 'former00-1.0'));
      writeFileSync(
        join(dir, 'present0.log'),
        `${WHOLE}\nbegan|present0-2.0|1795316099|internal|phone-x|8001|8002|TIMEOUT|0\n`,
      );
      const running = { birth: 'present0', channels: new Set(['present0-2.0']) };
      const harvest = harvestSurvivable(dir, running);
      expect(harvest.calls.map((call) => call.channel)).toEqual(['former00-1.0', 'a-1.0']);
      harvest.done();
      expect(readdirSync(dir)).toEqual(['present0.log']);
      expect(harvestSurvivable(join(dir, 'not-there'), undefined).calls).toEqual([]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
