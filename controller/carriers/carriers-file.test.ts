import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { silentLog } from '@branchline/runtime/log';
import { carriersFrom } from './carriers-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'carriers-'));
const path = join(dir, 'carriers.yaml');
afterAll(() => rmSync(dir, { recursive: true }));

function read(text: string) {
  writeFileSync(path, text);
  return carriersFrom(path, { clock: new ManualClock(), log: silentLog });
}
const refusal = (text: string): string => {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
};
writeFileSync(join(dir, 'north.token'), 'very-secret\n');
writeFileSync(join(dir, 'empty.token'), '\n');

const north = (more: string): string =>
  `carriers: { north: { kind: http, serves: ['+86 10'], url: 'https://api.north.example/v1', token-file: north.token, ${more} } }`;

test('as the documentation shows it', () => {
  const all = read(`
carriers:
  west:
    kind: hunting
    serves: ['+86 571 8600']
    promise: 4s
  north:
    kind: http
    serves: ['+86 10', '+86 22']
    url: https://api.north.example/v1
    token-file: north.token
    settles: 2m
`);
  expect(all).toMatchObject([
    { name: 'west', kind: 'hunting', serves: ['+865718600'], carrier: { promiseS: 4, settlesMs: 0 } },
    { name: 'north', kind: 'http', serves: ['+8610', '+8622'], carrier: { promiseS: 5, settlesMs: 120_000 } },
  ]);
});

test('every fault with its field, its value and what would be right', () => {
  const said = refusal(`carriers: { west: { kind: hunting, serves: ['0571'], promise: soon } }`);
  expect(said).toContain(path);
  expect(said).toContain(`carriers.west.serves.0: "0571": write the beginning of numbers`);
  expect(said).toContain(`carriers.west.promise: "soon": write a duration such as 5s or 2m`);
  expect(said).toContain('docs/carriers.md');
});

test.each([
  ['a kind that there is not', `carriers: { west: { kind: pigeon, serves: ['+86'] } }`, 'carriers.west.kind'],
  ['a field too many', north('retries: 3'), 'retries'],
  [
    'an address that is none',
    `carriers: { n: { kind: http, serves: ['+86'], url: 'ftp://x', token-file: a } }`,
    'carriers.n.url',
  ],
  ['a name that is none', `carriers: { 'West Side': { kind: hunting, serves: ['+86'] } }`, 'West Side'],
  ['no carriers', `carrier: {}`, 'carriers'],
  ['an empty file', ``, 'the file'],
  ['no YAML', `carriers: [`, 'line 1'],
])('%s', (_, text, field) => {
  expect(refusal(text)).toContain(field);
});

test.each(['missing.token', 'empty.token'])('a token that is not there: %s', (name) => {
  const said = refusal(north('').replace('north.token', name));
  expect(said).toContain(`carriers.north.token-file: "${name}": name a file beside this one`);
});

test('two carriers for the same numbers', () => {
  const said = refusal(
    `carriers: { a: { kind: hunting, serves: ['+86 10'] }, b: { kind: hunting, serves: ['+86', '+8610'] } }`,
  );
  expect(said).toContain(`carriers.b.serves.1: "+8610": 'a' serves it already`);
});

test('a file that is not there', () => {
  const absent = join(dir, 'absent.yaml');
  const around = { clock: new ManualClock(), log: silentLog };
  expect(() => carriersFrom(absent, around)).toThrow(`${absent} cannot be used: it cannot be read`);
});

test('what it refuses never shows a token', () => {
  expect(refusal(north('settles: x'))).not.toContain('very-secret');
});
