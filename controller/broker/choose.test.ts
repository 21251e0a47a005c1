import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { outsideOf } from './choose.ts';

const dir = mkdtempSync(join(tmpdir(), 'choose-'));
afterAll(() => rmSync(dir, { recursive: true }));
const group = join(dir, 'group');
const poor = join(dir, 'poor');
writeFileSync(group, `${'0f'.repeat(32)}\n`);
writeFileSync(poor, 'a-secret-of-mine');

describe('the broker of the settings', () => {
  test('is the one inside where nothing is said', () => {
    expect(outsideOf({})).toBeUndefined();
  });

  test('is one outside, which boxes reach where controllers do unless it is said', () => {
    const found = outsideOf({ brokerUrl: 'mqtts://broker.example:8885', brokerGroupFile: group });
    expect(found).toEqual({
      url: 'mqtts://broker.example:8885',
      group: '0f'.repeat(32),
      forBoxes: { host: 'broker.example', port: 8885 },
    });
    const other = {
      brokerUrl: 'mqtts://10.0.0.2:8885',
      brokerGroupFile: group,
      brokerForBoxes: '[2001:db8::1]:8883',
    };
    expect(outsideOf(other)?.forBoxes).toEqual({ host: '2001:db8::1', port: 8883 });
  });

  test('a group without a broker, a broker without a group', () => {
    expect(() => outsideOf({ brokerGroupFile: group })).toThrow(/BRANCHLINE_HQ_BROKER_URL/);
    expect(() => outsideOf({ brokerUrl: 'mqtts://b:1' })).toThrow(/BROKER_GROUP_FILE is not.*openssl rand/);
  });

  test('a group that could be guessed, or is not there, names the file and not the secret', () => {
    const fault = (brokerGroupFile: string) => () => outsideOf({ brokerUrl: 'mqtts://b:1', brokerGroupFile });
    expect(fault(join(dir, 'none'))).toThrow(/BROKER_GROUP_FILE='.*none' cannot be read/);
    expect(fault(poor)).toThrow(/32 to 128 signs/);
    expect(fault(poor)).not.toThrow(/a-secret-of-mine/);
  });
});
