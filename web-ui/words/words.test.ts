import { expect, test } from 'vitest';
import { en } from './en.ts';
import { firstLanguage } from './words.ts';
import { zh } from './zh.ts';

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}
const holes = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();

const english = new Map(leaves(en));
const chinese = new Map(leaves(zh));

test('both languages have the same keys', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

test('both languages fill in the same things; a count may be left to the grammar', () => {
  const differing = [...english].filter(([key, text]) => {
    const without = (names: string[]): string => names.filter((name) => name !== 'count').join();
    return without(holes(text)) !== without(holes(chinese.get(key) ?? ''));
  });
  expect(differing).toEqual([]);
});

test('no text is empty, and what counts has both forms', () => {
  for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('');
  for (const key of english.keys()) {
    if (key.endsWith('_one')) expect(english.has(key.replace(/_one$/, '_other')), key).toBe(true);
  }
});

test('Chinese is written with Chinese punctuation', () => {
  const ascii = [...chinese].filter(([, text]) => /[\u4e00-\u9fff][,;:(](?! )/.test(text));
  expect(ascii).toEqual([]);
});

test('the first language: chosen, else preferred, else Chinese', () => {
  expect(firstLanguage('en', ['zh-CN'])).toBe('en');
  expect(firstLanguage(null, ['fr', 'en-GB', 'zh'])).toBe('en');
  expect(firstLanguage(null, ['zh-TW', 'en'])).toBe('zh');
  expect(firstLanguage('xx', [])).toBe('zh');
});
