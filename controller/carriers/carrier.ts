/** What every driver of a carrier can: bring the calls of one number to a target, and say what it knows of that for certain. */

/**
 * `confirmed`: seen to be so. `refused`: is not so, and will not be for what was asked. `nothing`: neither is known. `otherwise`: neither is
 * known for ever, but it said that it was done, and it is not.
 */
export type CarrierWord = 'confirmed' | 'refused' | 'nothing' | 'otherwise';

export interface Carrier {
  /** What it promises for a number that it confirms, s. */
  readonly promiseS: number;
  /** How late it may still do what it was asked and did not confirm, ms. */
  readonly settlesMs: number;
  /** @param number as the carrier knows it, E.164 with its plus; @param target as the carrier knows it */
  route(number: string, target: string): Promise<CarrierWord>;
}

/** Of all numbers of a branch: one word for all of them. What only some of them are is not certain. */
export function together(words: readonly CarrierWord[]): CarrierWord {
  const [first = 'nothing'] = words;
  return words.every((word) => word === first) ? first : 'nothing';
}
