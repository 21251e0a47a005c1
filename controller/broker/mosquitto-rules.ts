/**
 * The access rules of contracts/topics.ts as Mosquitto reads them (mosquitto.conf(5), acl_file), for a broker outside this
 * process that takes the name in a certificate for the user's (use_identity_as_username). Pure.
 */
import { leaves, topics, TOPIC_NAME } from '@branchline/contracts/topics';

/** The name in headquarters' own certificate towards the broker; no box can bear it. */
export const CONTROLLER_NAME = '@controller';

/**
 * Lines of an acl_file. What they cannot say: that a topic may be kept, or with which QoS. Mosquitto asks them when a message
 * is published and when it is delivered, not when it is subscribed to.
 * @throws Error for a tenant that no topic could carry
 */
export function mosquittoRules(tenant: string): string {
  if (!TOPIC_NAME.test(tenant))
    throw new Error(`tenant '${tenant}': write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit`);
  const up = leaves.filter((leaf) => topics[leaf].direction === 'up');
  const down = leaves.filter((leaf) => topics[leaf].direction === 'down');
  const at = (who: string, leaf: string): string => `branchline/v1/${tenant}/${who}/${leaf}`;
  return [
    `user ${CONTROLLER_NAME}`,
    ...up.map((leaf) => `topic read ${at('+', leaf)}`),
    ...down.map((leaf) => `topic write ${at('+', leaf)}`),
    '',
    '# A box, beneath the name in its certificate.',
    ...up.map((leaf) => `pattern write ${at('%u', leaf)}`),
    ...down.map((leaf) => `pattern read ${at('%u', leaf)}`),
    '',
  ].join('\n');
}
