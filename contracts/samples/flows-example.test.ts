import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveBranch } from '../branch/resolve.ts';

test('the example of flows can be used as it is', () => {
  const text = readFileSync(new URL('../../docs/examples/flows.yaml', import.meta.url), 'utf8');
  expect(resolveBranch(parse(text))).toMatchObject({ ok: true, warnings: [] });
});
