/** Arrow keys, Home and End walk through the rows of a list: the focus goes from the first link of one to that of another. */
import type { KeyboardEvent } from 'react';

export function walkRows(event: KeyboardEvent<HTMLElement>): void {
  const here = event.target instanceof HTMLElement ? event.target : null;
  if (!here || here.tagName !== 'A') return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody tr')].flatMap(
    (row) => row.querySelector<HTMLElement>('a') ?? [],
  );
  const row = here.closest('tr');
  const at = links.findIndex((link) => link.closest('tr') === row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  const next = to === undefined ? undefined : links[to];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
