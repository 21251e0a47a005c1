/**
 * Which words of the boxes are dealt out among the controllers of a group, and which every one of them hears. Pure.
 *
 * Dealt out is what is taken in once and stored where all controllers see it. Each hears what it keeps in memory for its own
 * pages (state that the broker retains), and answers to what one of them has asked: the others let them pass.
 */
import { leaves, topics, TOPIC_NAME } from '@branchline/contracts/topics';
import type { UpLeaf } from './intake.ts';

export const heardBy: Readonly<Record<UpLeaf, 'one' | 'each'>> = {
  presence: 'each',
  health: 'each',
  reported: 'each',
  ledger: 'one',
  'ledger-digest': 'each',
  'certificate-request': 'one',
  'command-result': 'each',
  bundle: 'each',
  // Who answers is the leader's to say, which every one may become; a host and its stand-ins are served by it alone.
  'lease-says': 'each',
  'lease-ask': 'each',
  'branch-called': 'each',
  'stand-in-history-has': 'each',
  'sound-ask': 'each',
  'sound-piece': 'each',
  'stand-in-says': 'each',
  'stand-in-request': 'each',
  'stand-in-secrets': 'each',
};

export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
}

/** The least a group's name must have, signs of hex: 128 bit. */
export const GROUP_NAME = /^[0-9a-f]{32,128}$/;

/**
 * @param group the name of the group that deals; a secret, since a box that knew it could join, and be dealt what is headquarters'
 * @throws Error for a tenant that no topic could carry, or a group's name that could be guessed; it does not repeat the name
 */
export function subscriptionsOf(tenant: string, group: string): Record<'one' | 'each', Subscription[]> {
  if (!TOPIC_NAME.test(tenant))
    throw new Error(`tenant '${tenant}': write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit`);
  if (!GROUP_NAME.test(group))
    throw new Error("the group's name: write 32 to 128 signs of 0-9 and a-f, drawn at random");
  const up = leaves.filter((leaf) => topics[leaf].direction === 'up') as UpLeaf[];
  const told = (by: 'one' | 'each', prefix: string): Subscription[] =>
    up
      .filter((leaf) => heardBy[leaf] === by)
      .map((leaf) => ({ filter: `${prefix}branchline/v1/${tenant}/+/${leaf}`, qos: topics[leaf].qos }));
  return { one: told('one', `$share/${group}/`), each: told('each', '') };
}
