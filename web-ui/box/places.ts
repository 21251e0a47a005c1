/** Where the next step of a sentence is taken at this door. */
import type { Place } from '../parts/sentence/matter.ts';

export const placeTo = (place: Place): string => `/${place}`;
