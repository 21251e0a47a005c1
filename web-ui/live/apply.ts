/** A change laid over a state: every collection that did not change stays the same object, so that what shows it rests. */

export interface Change {
  readonly at: string;
  readonly in: string;
  readonly id: string;
  readonly value: unknown;
}

export function applyChange<S extends { readonly at: string }>(state: S, change: Change): S {
  const collection = (state as Readonly<Record<string, unknown>>)[change.in];
  if (typeof collection !== 'object' || collection === null) return state;
  const { [change.id]: _, ...others } = collection as Record<string, unknown>;
  if (change.value === null) return { ...state, at: change.at, [change.in]: others };
  // In place where the id is known already, so that lists keep their order.
  return { ...state, at: change.at, [change.in]: { ...collection, [change.id]: change.value } };
}
