/** EMQX is not run here: its rules are read as its documentation says it reads them, and held against the table. */
import { describe, expect, test } from 'vitest';
import { leaves, topicOf, topics } from '@branchline/contracts/topics';
import { mayPublish, maySubscribe } from './access-rules.ts';
import { emqxRules } from './emqx-rules.ts';
import { CONTROLLER_NAME } from './mosquitto-rules.ts';

interface Asked {
  readonly name: string;
  readonly action: 'publish' | 'subscribe';
  readonly topic: string;
  readonly qos?: number;
  readonly retain?: boolean;
}

const RULE =
  /^\{(allow|deny), (all|\{username, "([^"]+)"\})(?:, (all|subscribe|\{publish, \[(.*)\]\}), \[(\{eq, )?"([^"]+)"\}?\])?\}\.$/;

/** The first rule that fits decides. */
function allowed(rules: readonly string[], asked: Asked): boolean {
  for (const rule of rules) {
    const [, verdict, , username, action, conditions, exact, filter] = RULE.exec(rule) ?? [];
    if (verdict === undefined) throw new Error(`not a rule: ${rule}`);
    if (username !== undefined && username !== asked.name) continue;
    if (
      action !== undefined &&
      action !== 'all' &&
      !action.startsWith(asked.action) &&
      !action.startsWith(`{${asked.action}`)
    )
      continue;
    if (!holds(conditions, asked)) continue;
    if (filter !== undefined && !fits(filter.replace('${cn}', asked.name), asked.topic, exact !== undefined))
      continue;
    return verdict === 'allow';
  }
  return true;
}

function holds(conditions: string | undefined, { qos, retain }: Asked): boolean {
  const each = [...(conditions ?? '').matchAll(/\{(\w+), (\w+)\}/g)];
  return each.every(([, what, value]) => value === 'all' || value === String(what === 'qos' ? qos : retain));
}

function fits(filter: string, topic: string, exact: boolean): boolean {
  if (exact || filter === topic) return filter === topic;
  if (filter === '#') return true;
  const [wanted, is] = [filter.split('/'), topic.split('/')];
  return wanted.length === is.length && wanted.every((part, at) => part === '+' || part === is[at]);
}

const TENANT = 'acme';
const rules = emqxRules(TENANT)
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('%%'));
const identity = { tenant: TENANT, box: 'box' };

describe('the rules for EMQX', () => {
  const names = ['box', 'other', '+', '#'];
  test.each(leaves)('let a box say and hear of %s what the table lets it', (leaf) => {
    for (const name of names) {
      const topic = `branchline/v1/${TENANT}/${name}/${leaf}`;
      expect(allowed(rules, { name: 'box', action: 'subscribe', topic })).toBe(maySubscribe(identity, topic));
      for (const qos of [0, 1, 2])
        for (const retain of [false, true])
          expect(allowed(rules, { name: 'box', action: 'publish', topic, qos, retain })).toBe(
            mayPublish(identity, { topic, qos, retain }) !== undefined,
          );
    }
  });

  test('let headquarters hear what goes up, of all, and say what goes down, kept by nobody', () => {
    for (const leaf of leaves) {
      const up = topics[leaf].direction === 'up';
      const hears = {
        name: CONTROLLER_NAME,
        action: 'subscribe',
        topic: `branchline/v1/${TENANT}/+/${leaf}`,
      } as const;
      expect(allowed(rules, hears)).toBe(up);
      const says = {
        name: CONTROLLER_NAME,
        action: 'publish',
        topic: topicOf(TENANT, 'box', leaf),
        qos: 1,
      } as const;
      expect(allowed(rules, { ...says, retain: false })).toBe(!up);
      expect(allowed(rules, { ...says, retain: true })).toBe(false);
    }
  });

  test('let nobody hear everything, or what is the broker’s own', () => {
    for (const name of ['box', CONTROLLER_NAME])
      for (const topic of ['#', '+/#', '$SYS/#', `branchline/v1/${TENANT}/#`])
        expect(allowed(rules, { name, action: 'subscribe', topic })).toBe(false);
  });

  test.each(['', '+', '#', 'a/b', '${cn}', 'a"'])('are made for no fleet named %j', (tenant) => {
    expect(() => emqxRules(tenant)).toThrow(/tenant/);
  });
});
