/** Over the sources: what is handed on as the detail of an alarm is no sentence of one language. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const files = globSync('firmware/**/*.ts', { exclude: ['**/node_modules/**', '**/*.test.ts'] });
const sources = files.map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Two words of a language after each other; codes, names of fields and figures are none. */
const SENTENCE = /['"`][^'"`\n]*(?:[a-z]{2,} [a-z]{2,}|\p{Script=Han})[^'"`\n]*['"`]/u;
/** From `.raise(` or an effect that raises to the end of the statement. */
const RAISES = /\.raise\((?:[^;]*?)\);|do: 'raise-alarm',[^;]*?\}|do: 'raise',[^;]*?\}/gs;

/** The rooms whose errors end as the reason of an alarm: devices that do not answer, what was not sent, headquarters that is away. */
const REASONS = [
  'firmware/devices/ups/',
  'firmware/devices/gpio/',
  'firmware/devices/bytes/',
  'firmware/power/',
  'firmware/contacts/',
  'firmware/contact-lines.ts',
  'firmware/mail/',
  'firmware/mailer.ts',
  'firmware/notify/',
  'firmware/notifier.ts',
  'firmware/uplink/identity.ts',
  'firmware/uplink/link.ts',
  'firmware/uplink/secure-line.ts',
  'firmware/uplink/session.ts',
];

test('where an alarm is raised, no sentence is written', () => {
  const raises = sources.flatMap(({ file, text }) =>
    [...text.matchAll(RAISES)].map(([statement]) => ({ file, statement })),
  );
  expect(raises.length).toBeGreaterThan(30);
  expect(raises.filter(({ statement }) => SENTENCE.test(statement))).toEqual([]);
});

test('whose reason is an error has it in codes', () => {
  const ofReasons = sources.filter(({ file }) => REASONS.some((room) => file.startsWith(room)));
  expect(ofReasons.length).toBeGreaterThan(40);
  const plain = ofReasons.flatMap(({ file, text }) =>
    [...text.matchAll(/new Error\([^;]*;|\bbecause: ['"`].*|\(error as Error\)\.message/g)]
      .filter(([found]) => !/ (?:released|settings)/.test(found))
      .map(([found]) => `${file}: ${found}`),
  );
  expect(plain).toEqual([]);
});
