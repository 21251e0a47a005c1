import { expect, it } from 'vitest';
import { readyDataDir } from './data-dir.ts';

const refusing = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

it('a disk that takes nothing is named with its remedy, and what the branch has meanwhile', () => {
  const start = (code: string) => () => readyDataDir('/var/lib/branchline', refusing(code));
  expect(start('EROFS')).toThrow(
    /\/var\/lib\/branchline .*read-only.*engine takes calls alone.*disk-full\.md/,
  );
  expect(start('EACCES')).toThrow(/may not write to \/var\/lib\/branchline .*give the folder/);
  expect(start('ENOTDIR')).toThrow('ENOTDIR');
});
