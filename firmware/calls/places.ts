/**
 * The places of callers who were cut off while they waited: who calls again within the time that his queue keeps a place has the one he had.
 * One place a number, the newest; pure.
 */
import type { Place, Places } from './state.ts';

/** Far more than any queue holds; beyond it those go that would be let go first. */
const MOST_PLACES = 1_000;

export function keepPlace(places: Places, customer: string, place: Place, now: number): Places {
  const kept = { ...placesLeft(places, now), [customer]: place };
  const numbers = Object.keys(kept);
  if (numbers.length <= MOST_PLACES) return kept;
  const [first = ''] = numbers.sort((a, b) => (kept[a]?.until ?? 0) - (kept[b]?.until ?? 0));
  const { [first]: _, ...others } = kept;
  return others;
}

/** Since when he has waited for this queue, where a place is kept for him; it is his then, and kept no more. */
export function takePlace(
  places: Places,
  customer: string | undefined,
  queue: string,
  now: number,
): { places: Places; since?: number } {
  const place = customer === undefined ? undefined : places[customer];
  if (customer === undefined || !place || place.queue !== queue) return { places };
  const { [customer]: _, ...others } = places;
  return place.until > now ? { places: others, since: place.since } : { places: others };
}

const placesLeft = (places: Places, now: number): Places =>
  Object.fromEntries(Object.entries(places).filter(([, { until }]) => until > now));

/** On disk: one piece for each, written with the step that changed it. */
export const PLACE_PIECES = 'place/';

export type PlaceChanges = Readonly<Record<string, Place | null>>;

export function placeChanges(before: Places, after: Places): PlaceChanges {
  const gone = Object.keys(before).flatMap((number) => (number in after ? [] : [[number, null] as const]));
  const other = Object.entries(after).filter(([number, place]) => place !== before[number]);
  return Object.fromEntries([...gone, ...other]);
}

export const placePieces = (changed: PlaceChanges = {}): Record<string, Place | null> =>
  Object.fromEntries(Object.entries(changed).map(([number, place]) => [`${PLACE_PIECES}${number}`, place]));

export const storedPlaces = (pieces: Readonly<Record<string, unknown>>): Places =>
  Object.fromEntries(
    Object.entries(pieces).map(([name, place]) => [name.slice(PLACE_PIECES.length), place as Place]),
  );
