import { assert, property, uint8Array, array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConsoleText, garbled } from './text.ts';

const read = (...pieces: (string | readonly number[])[]): string => {
  const text = new ConsoleText();
  return pieces
    .map((piece) =>
      text.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Uint8Array.from(piece)),
    )
    .join('');
};

describe('the text of a console', () => {
  test('is without the control of terminals', () => {
    expect(read('\x1b[2J\x1b[1;1Hlogin: \x1b[0m\x07')).toBe('login: ');
  });
  test('is without telnet', () => {
    expect(read([0xff, 0xfb, 0x01, 0xff, 0xfd, 0x03], 'login: ', [0xff, 0xfa, 0x18, 0x01, 0xff, 0xf0])).toBe(
      'login: ',
    );
  });
  test('has plain ends of lines', () => {
    expect(read('a\r\nb\r\r\nc\n')).toBe('a\nb\nc\n');
  });
  test('is the same in any pieces', () => {
    const bytes = Buffer.from('\x1b[31mFXO8> \x1b[0m\xff\xfb\x01ok\r', 'latin1');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const text = new ConsoleText();
      expect(text.push(bytes.subarray(0, cut)) + text.push(bytes.subarray(cut))).toBe('FXO8> ok\r');
    }
  });
  test('property: any bytes in any pieces are read', () => {
    assert(
      property(array(uint8Array()), (pieces) => {
        const text = new ConsoleText();
        for (const piece of pieces) expect(typeof text.push(piece)).toBe('string');
      }),
    );
  });
  test('at the wrong speed is seen to be garbage', () => {
    expect(garbled('Port  Type  State\r\n1 FXO idle -48 V\r\n')).toBe(0);
    expect(garbled('\x80\xf8\x00x\x9e\xe0')).toBeGreaterThan(0.5);
    expect(garbled('')).toBe(0);
  });
});
