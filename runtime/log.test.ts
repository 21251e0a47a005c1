import { beforeEach, describe, expect, test } from 'vitest';
import { roomLog, rootLog, SECRET_FIELDS, silentLog, type Log } from './log.ts';

const SECRET = 'correct-horse-battery';
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

let lines: string[];
let log: Log;
const records = (): Record<string, unknown>[] =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>);

beforeEach(() => {
  lines = [];
  log = rootLog({ name: 'box', level: 'trace', to: { write: (line) => void lines.push(line) } });
});

/** Everywhere a field may stand: in a record, in what a room or a call binds, in an error and in its cause. */
const paths: Record<string, (field: string) => void> = {
  'in a record': (field) => log.info({ [field]: SECRET }, 'x'),
  'one level down': (field) => log.info({ a: { [field]: SECRET } }, 'x'),
  'two levels down': (field) => log.info({ a: { b: { [field]: SECRET } } }, 'x'),
  'in a list': (field) => log.info({ list: [{ [field]: SECRET }] }, 'x'),
  'as an object, not a text': (field) => log.info({ [field]: { value: SECRET } }, 'x'),
  'bound by a child': (field) => log.child({ [field]: SECRET }).info('x'),
  'bound deeper by a child': (field) => log.child({ a: { b: { [field]: SECRET } } }).info('x'),
  'bound by the parent of a room': (field) => roomLog(log.child({ [field]: SECRET }), 'calls').info('x'),
  'in the record of a room': (field) => roomLog(log, 'calls').info({ a: { [field]: SECRET } }, 'x'),
  'in the record of a child of a room': (field) =>
    roomLog(log, 'calls')
      .child({ call: 'a' })
      .info({ [field]: SECRET }, 'x'),
  'bound later': (field) => {
    const child = log.child({});
    child.setBindings({ [field]: SECRET });
    child.info('x');
  },
  'on an error': (field) => log.error({ err: Object.assign(new Error('x'), { [field]: SECRET }) }, 'x'),
  'on an error alone': (field) => log.error(Object.assign(new Error('x'), { [field]: SECRET })),
  'below an error': (field) =>
    log.error({ err: Object.assign(new Error('x'), { headers: { [field]: SECRET } }) }, 'x'),
  'on the cause of an error': (field) => {
    const cause = Object.assign(new Error('x'), { [field]: SECRET });
    log.error({ err: new Error('y', { cause }) }, 'x');
  },
};

describe('a secret never reaches the output', () => {
  test.each(Object.keys(paths))('%s', (path) => {
    for (const field of SECRET_FIELDS) paths[path]!(field);
    expect(lines).toHaveLength(SECRET_FIELDS.length);
    expect(lines.join('')).not.toContain(SECRET);
  });

  test.each(LEVELS)('at level %s', (level) => {
    log[level]({ password: SECRET, host: 'hq' }, 'x');
    expect(records()).toMatchObject([{ level, password: '[secret]', host: 'hq' }]);
  });

  test('and what was logged is not changed for its owner', () => {
    const settings = { hq: { password: SECRET } };
    log.info({ settings }, 'x');
    expect(settings.hq.password).toBe(SECRET);
    expect(lines.join('')).not.toContain(SECRET);
  });
});

test('a record is one line of JSON with its room, level and time', () => {
  roomLog(log, 'calls').warn({ call: 'a' }, 'two\nlines');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(records()[0]).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    name: 'box',
    room: 'calls',
    call: 'a',
    msg: 'two\nlines',
  });
});

test('what is below the level is not written', () => {
  const quiet = rootLog({ name: 'box', level: 'warn', to: { write: (line) => void lines.push(line) } });
  roomLog(quiet, 'calls').info('x');
  quiet.warn('y');
  expect(records().map(({ msg }) => msg)).toEqual(['y']);
  expect(silentLog.isLevelEnabled('fatal')).toBe(false);
});
