import { expect, test } from 'vitest';
import { newUps } from './ups.ts';
import { tellPowerAlarms, tellUpsAlarms } from './power-alarms.ts';

/** Two words in a row, of letters alone: units and names are not. */
const SENTENCE = /\p{L}{3,}\s+\p{L}{2,}/u;

test('what alarms of power say is no sentence of one language', () => {
  const details: (string | undefined)[] = [];
  const alarms = {
    raise: (_code: string, _subject: string, detail?: string) => void details.push(detail),
    clear: () => undefined,
  };
  tellPowerAlarms(alarms, { state: 'low', leftMs: 330_000 });
  const { state } = newUps(0, undefined, 0);
  tellUpsAlarms(alarms, 'rack', {
    ...state,
    overload: true,
    reading: {
      ...{ onMains: true, low: false, overload: true, failed: false, testing: false },
      ...{ replaceBattery: true, loadPercent: 104 },
    },
  });
  expect(details).toEqual(['5 min', '5 min', undefined, '104 %']);
  for (const detail of details) expect(detail ?? '').not.toMatch(SENTENCE);
});
