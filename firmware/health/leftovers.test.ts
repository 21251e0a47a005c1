import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '@branchline/runtime/log';
import { leftoversOf, letLeftoversGo } from './leftovers.ts';

const NOW = Date.parse('2026-11-19T01:00:00Z');
const LONG_AGO = NOW - 86_400_000;
const LEFT = ['recordings/2026-11-18/1767578400.12.wav.part', 'access.sqlite.811.new'];
const STAYS = [
  'recordings/2026-11-18/1767578400.12.wav',
  'recordings-raw/1767578400.12.raw',
  'ledger.db',
  'ledger.db-wal',
  'steps.log',
  'ballast',
  'branch.yaml',
  'document-in-force.yaml',
  'engine/spool/voicemail/main/m1.wav',
  'identity/box.key',
];

test('what was left half made goes, the oldest first; what may still be in the making stays', () => {
  const files = LEFT.map((path, index) => ({ path, changedAt: LONG_AGO - index }));
  expect(leftoversOf(files, NOW)).toEqual([...LEFT].reverse());
  expect(leftoversOf([{ path: LEFT[0]!, changedAt: NOW - 3_599_000 }], NOW)).toEqual([]);
});

test('whatever lies there, no recording, message, document or part of the ledger ever goes', () => {
  const name = fc.stringMatching(/^[\w.-]{1,20}$/);
  const path = fc.oneof(
    fc.constantFrom(...STAYS),
    name.map((each) => `recordings/2026-11-18/${each}.wav`),
    name.map((each) => `recordings-raw/${each}`),
    name.map((each) => `engine/spool/voicemail/${each}.wav.part`),
  );
  fc.assert(
    fc.property(fc.array(path), (paths) => {
      expect(
        leftoversOf(
          paths.map((each) => ({ path: each, changedAt: 0 })),
          NOW,
        ),
      ).toEqual([]);
    }),
  );
});

test('they go from the disk, and nothing else does', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'branchline-leftovers-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const path of [...LEFT, ...STAYS]) {
    mkdirSync(join(dir, dirname(path)), { recursive: true });
    writeFileSync(join(dir, path), 'x');
    utimesSync(join(dir, path), LONG_AGO / 1000, LONG_AGO / 1000);
  }
  await letLeftoversGo(dir, NOW, silentLog);
  expect([...LEFT, ...STAYS].filter((path) => existsSync(join(dir, path)))).toEqual(STAYS);
  await letLeftoversGo(join(dir, 'nowhere'), NOW, silentLog);
});
