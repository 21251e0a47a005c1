/** What the pages for people name is there: every link, and every path in code marks. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { PARTS } from './steps.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const OWN_PLACES = [...PARTS, 'docs', 'systemd', '.ci'];

function pagesBeneath(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist', '.git', '.branchline'].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pagesBeneath(path) : entry.name.endsWith('.md') ? [path] : [];
  });
}

const isThere = (path: string): boolean => existsSync(join(repository, path));

/** A path of the repository, as it is named anywhere; beneath a part, or beside the page in a README of a room. */
function missingPaths(page: string, text: string): string[] {
  const named = [...text.matchAll(/`([\w@.-]+(?:\/[\w@.-]+)*\/?)`/g)].map(([, path = '']) => path);
  const ours = named.filter((path) => OWN_PLACES.some((place) => path.startsWith(`${place}/`)));
  return ours.filter((path) => !isThere(path) && !isThere(join(dirname(page), path)));
}

function missingLinks(page: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [path = '', heading] = target.split('#');
    const full = path === '' ? page : join(dirname(page), path);
    return !isThere(full) || (heading !== undefined && !headings(full).includes(heading));
  });
}

function headings(page: string): string[] {
  if (statSync(join(repository, page)).isDirectory()) return [];
  const text = readFileSync(join(repository, page), 'utf8');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

test.each(pagesBeneath('.'))('%s names only what is there', (page) => {
  const text = readFileSync(join(repository, page), 'utf8');
  expect([...missingPaths(page, text), ...missingLinks(page, text)]).toEqual([]);
});
