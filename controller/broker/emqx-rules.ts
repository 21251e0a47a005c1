/**
 * The access rules of contracts/topics.ts as EMQX 5 reads them (acl.conf), with the name in a certificate for the client's: what
 * may be said beneath it, with which QoS, and whether it may be kept. EMQX asks when somebody subscribes too, and of a shared
 * subscription for what stands behind the group's name. Pure.
 */
import { leaves, topics, TOPIC_NAME, type Leaf } from '@branchline/contracts/topics';
import { CONTROLLER_NAME } from './mosquitto-rules.ts';

/** @throws Error for a tenant that no topic could carry */
export function emqxRules(tenant: string): string {
  if (!TOPIC_NAME.test(tenant))
    throw new Error(`tenant '${tenant}': write 1 to 40 of a-z, 0-9 and -, beginning with a letter or digit`);
  const up = leaves.filter((leaf) => topics[leaf].direction === 'up');
  const down = leaves.filter((leaf) => topics[leaf].direction === 'down');
  const at = (who: string, leaf: Leaf): string => `branchline/v1/${tenant}/${who}/${leaf}`;
  const controller = `{username, "${CONTROLLER_NAME}"}`;
  return [
    ...up.map((leaf) => `{allow, ${controller}, subscribe, [{eq, "${at('+', leaf)}"}]}.`),
    ...down.map((leaf) => `{allow, ${controller}, {publish, [{retain, false}]}, ["${at('+', leaf)}"]}.`),
    `{deny, ${controller}, all, ["#"]}.`,
    '',
    '%% A box, beneath the name in its certificate.',
    ...up.flatMap((leaf) => publishing(leaf, at('${cn}', leaf))),
    ...down.map((leaf) => `{allow, all, subscribe, [{eq, "${at('${cn}', leaf)}"}]}.`),
    '{deny, all}.',
    '',
  ].join('\n');
}

/** A box of another release may say it with the other QoS; 2 is none of ours. */
function publishing(leaf: Leaf, topic: string): string[] {
  const retain = topics[leaf].retain ? 'all' : 'false';
  return [0, 1].map((qos) => `{allow, all, {publish, [{qos, ${qos}}, {retain, ${retain}}]}, ["${topic}"]}.`);
}
