import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly resolved?: string; readonly link?: boolean }>
  >;
}
const fileOf = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

test('the lock file says which versions, never from where', () => {
  const { packages } = fileOf('package-lock.json') as Lock;
  const addresses = Object.values(packages).flatMap(({ resolved }) =>
    resolved?.includes(':') ? [resolved] : [],
  );
  expect(addresses).toEqual([]);
});

test('every version that we ask for is exact', () => {
  type Wanted = Readonly<Record<string, string>> | undefined;
  const { workspaces } = fileOf('package.json') as { workspaces: string[] };
  const wanted = ['.', ...workspaces].flatMap((part) => {
    const { dependencies, devDependencies } = fileOf(`${part}/package.json`) as {
      dependencies: Wanted;
      devDependencies: Wanted;
    };
    return Object.entries({ ...dependencies, ...devDependencies }).map((entry) => [part, ...entry]);
  });
  expect(wanted.filter(([, , version = '']) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});
