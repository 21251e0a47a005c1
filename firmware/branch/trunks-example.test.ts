import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultText } from '@branchline/contracts/branch/faults';
import { resolveBranch } from '@branchline/contracts/branch/resolve';
import { parse } from 'yaml';

test('the example of trunks can be used as it is', () => {
  const source = readFileSync(new URL('../../docs/examples/trunks.yaml', import.meta.url), 'utf8');
  const resolved = resolveBranch(parse(source));
  const told = resolved.ok ? resolved.warnings : resolved.faults;
  expect(told.map((fault) => faultText(fault, 'en'))).toEqual([]);
  expect(resolved.ok).toBe(true);
});
