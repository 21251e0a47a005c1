/** Models that are nothing but their files, with answers as the makers' MIBs give them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readModel } from '../model.ts';
import { readTables } from './reading.ts';
import type { Column } from './table.ts';

const told = (model: string, columns: Readonly<Record<string, Column>>): unknown[] => {
  const text = readFileSync(new URL(`../models/${model}.json`, import.meta.url), 'utf8');
  const { said } = readTables(readModel(model, text).snmp?.readings ?? [], new Map(Object.entries(columns)));
  return said.map(({ line, judgement: { state, what } }) => [line, state, what]);
};
const rows = (all: Readonly<Record<string, number>>): Column => new Map(Object.entries(all));

test('mediatrix-fxo: a line whose link is not verified is unclear', () => {
  expect(
    told('mediatrix-fxo', {
      '1.3.6.1.4.1.4935.1000.100.200.100.1800.1.20000.10100.100.1.200': rows({ 49: 200, 50: 300, 51: 100 }),
    }),
  ).toEqual([
    ['1', 'good', 'line connected'],
    ['2', 'bad', 'line not connected'],
    ['3', 'unclear', 'link is 100, which means nothing'],
  ]);
});

test('bintec-fxo: ports for telephones are no lines', () => {
  expect(
    told('bintec-fxo', {
      '1.3.6.1.4.1.272.4.14.1.1.1.4': rows({ '2.0': 2, '2.1': 1, '2.2': 1, '2.3': 1, '2.4': 1 }),
      '1.3.6.1.4.1.272.4.14.1.1.1.6': rows({ '2.0': 1, '2.1': 2, '2.2': 3, '2.3': 4, '2.4': 5 }),
    }),
  ).toEqual([
    ['1', 'good', 'in service'],
    ['2', 'bad', 'port failed'],
    ['3', 'unclear', 'port is 4, which means nothing'],
    ['4', 'bad', 'port stopped'],
  ]);
});
