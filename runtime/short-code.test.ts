import { expect, test } from 'vitest';
import { codeKeys, isProof, proofOf, seal, unseal } from './short-code.ts';

const salt = Buffer.from('one key');

test('who knows the code proves it and opens what was sealed', async () => {
  const here = await codeKeys('M2QX9TRB', salt);
  const there = await codeKeys('M2QX9TRB', salt);
  expect(isProof(there, 'request', proofOf(here, 'request'))).toBe(true);
  expect(isProof(there, 'another matter', proofOf(here, 'request'))).toBe(false);
  expect(isProof(there, 'request', '')).toBe(false);
  expect(unseal(here, seal(there, 'for you'))).toBe('for you');
});

test('another code, another salt or an altered letter open nothing', async () => {
  const here = await codeKeys('M2QX9TRB', salt);
  const sealed = seal(here, 'for you');
  for (const stranger of [
    await codeKeys('M2QX9TRC', salt),
    await codeKeys('M2QX9TRB', Buffer.from('other')),
  ]) {
    expect(isProof(stranger, 'request', proofOf(here, 'request'))).toBe(false);
    expect(unseal(stranger, sealed)).toBeUndefined();
  }
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  expect(unseal(here, bytes.toString('base64'))).toBeUndefined();
  for (const nothing of ['', 'AAAA', 'not base64 at all']) expect(unseal(here, nothing)).toBeUndefined();
});

test('two seals of the same are not the same', async () => {
  const keys = await codeKeys('M2QX9TRB', salt);
  expect(seal(keys, 'x')).not.toBe(seal(keys, 'x'));
});
