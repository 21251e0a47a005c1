import { expect, test } from 'vitest';
import { readSettings, settingEntries } from './settings.ts';

const NEEDED = {
  BRANCHLINE_STANDIN_NAME: 'cloud-1',
  BRANCHLINE_STANDIN_HQ_HOST: 'hq.example',
  BRANCHLINE_STANDIN_ADDRESSES: '192.0.2.40, 192.0.2.41',
  BRANCHLINE_STANDIN_ENGINE_ROOT: '/srv/engine',
};

test('four settings are enough', () => {
  expect(readSettings(NEEDED)).toMatchObject({
    name: 'cloud-1',
    addresses: ['192.0.2.40', '192.0.2.41'],
    most: 10,
    hqPort: 8883,
  });
});

test('all faults are told at once, each with its variable', () => {
  const given = {
    ...NEEDED,
    BRANCHLINE_STANDIN_NAME: 'Cloud One',
    BRANCHLINE_STANDIN_ADDRESSES: 'cloud.example',
    BRANCHLINE_STANDIN_MOST: '0',
    BRANCHLINE_STANDIN_COLOUR: 'red',
  };
  expect(() => readSettings(given)).toThrow(
    /COLOUR: there is no such setting(.|\n)*_NAME: write 1 to 40(.|\n)*_MOST: (.|\n)*_ADDRESSES: /,
  );
  expect(() => readSettings({})).toThrow(/_NAME(.|\n)*_HQ_HOST(.|\n)*_ADDRESSES(.|\n)*_ENGINE_ROOT/);
});

test('every setting is explained', () => {
  expect(settingEntries.filter(({ says }) => says === '')).toEqual([]);
});
