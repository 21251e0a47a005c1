import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test.each([
  [['a', 1, null], 'a,1,\r\n'],
  [['say "hi", now', '两行\n文字'], '"say ""hi"", now","两行\n文字"\r\n'],
  [["=cmd|' /C calc'!A0", '-1', '@x', '+1'], "'=cmd|' /C calc'!A0,'-1,'@x,'+1\r\n"],
])('%j', (cells, line) => expect(csvLine(cells)).toBe(line));
