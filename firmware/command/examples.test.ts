/** The examples are what a branch begins with: each is in force as it stands, and what can be written is shown in one of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { faultText } from '@branchline/contracts/branch/faults';
import type { Branch } from '@branchline/contracts/branch/model';
import { ANNOUNCEMENTS, QUEUE_ORDERS } from '@branchline/contracts/branch/queues/words';
import { checkDocument } from '../branch/document.ts';
import { newContext } from '../flows/context.ts';
import { tryFlow } from '../flows/trial.ts';

const folder = new URL('../../docs/examples/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

function branchIn(file: string): Branch {
  const checked = checkDocument(readFileSync(fileURLToPath(new URL(file, folder)), 'utf8'));
  const told = checked.ok ? checked.document.warnings : checked.faults;
  expect(told.map((fault) => faultText(fault, 'en'))).toEqual([]);
  if (!checked.ok) throw new Error(`${file} has faults`);
  return checked.document.branch;
}

/** A weekday at noon, a night and a holiday. */
const MOMENTS = ['2026-11-23T12:30:00+08:00', '2026-11-23T23:00:00+08:00', '2027-02-06T12:00:00+08:00'];
const PRESSES = [[], ['0'], ['1'], ['2'], ['9'], ['2', ...'1234#'.split('')], ['wait', '1']];
const ANSWERS = [
  [],
  [{ json: { customer: { name: 'Ann', level: 'gold', tags: ['vip'] } } }],
  [{ failed: '500' }],
];

describe.each(files)('%s', (file) => {
  const branch = branchIn(file);

  test.each(Object.keys(branch.flows))('flow %s leads somewhere, whatever is pressed', (flow) => {
    for (const moment of MOMENTS)
      for (const presses of PRESSES)
        for (const answers of ANSWERS)
          for (const caller of ['+8613900000005', '+865126600123', 'anonymous']) {
            const context = newContext(branch, { caller, dialled: '', number: '' });
            const lines = tryFlow(branch, flow, { context, at: Date.parse(moment), presses, answers });
            expect(lines.at(-1), `${moment} ${presses.join('')}`).toMatchObject({ do: 'go' });
          }
  });

  test('has people and a number that leads somewhere', () => {
    expect(Object.keys(branch.people).length).toBeGreaterThan(1);
    expect(Object.keys(branch.numbers).length).toBeGreaterThan(0);
  });
});

describe('together they show', () => {
  const all = files.map(branchIn);
  const queues = all.flatMap((branch) => Object.values(branch.queues));
  const nodes = all.flatMap((branch) =>
    Object.values(branch.flows).flatMap((flow) => Object.values(flow.nodes)),
  );
  const text = files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
  const sorted = (values: Iterable<string | undefined>): string[] =>
    [...new Set([...values].filter((value) => value !== undefined))].sort();

  test('every order, every reason to send a caller on, every announcement', () => {
    expect(sorted(queues.map(({ order }) => order))).toEqual(sorted(QUEUE_ORDERS));
    expect(sorted(queues.flatMap(({ overflow }) => overflow.map(({ when }) => when.kind)))).toEqual(
      sorted(['waiting', 'length', 'expected-wait', 'nobody-signed-in', 'nobody-there', 'closed']),
    );
    expect(sorted(queues.flatMap(({ announce }) => announce?.say ?? []))).toEqual(sorted(ANNOUNCEMENTS));
    expect(sorted(queues.map(({ callback }) => callback?.first))).toEqual(['agent', 'customer']);
  });

  test('every step of a flow, and every destination', () => {
    expect(sorted(nodes.map(({ kind }) => kind))).toEqual(
      sorted(['play', 'hours', 'menu', 'collect', 'when', 'look-up', 'set', 'survey']),
    );
    for (const kind of ['queue', 'extension', 'outside', 'voicemail', 'callback', 'flow', 'hang-up'])
      expect(text).toMatch(new RegExp(`(to|none|closed|holiday|then|[0-9]): ${kind}`));
  });

  test('supervisors, parking, groups, reasons, tags, messages by mail, and what the engine does alone', () => {
    expect(all.some(({ supervision }) => supervision.allow.length > 0)).toBe(true);
    for (const word of [
      'parking:',
      'not-ready-reasons:',
      'callers:',
      'mail:',
      'survival:',
      'last-agent:',
      'levels:',
    ])
      expect(text).toContain(word);
  });
});
