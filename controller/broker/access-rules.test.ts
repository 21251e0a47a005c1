import { describe, expect, it } from 'vitest';
import { leaves, topicOf, topics } from '@branchline/contracts/topics';
import { identityOf, mayPublish, maySubscribe } from './access-rules.ts';

const me = { tenant: 'acme', box: 'hangzhou' };
const mine = leaves.map((leaf) => topicOf('acme', 'hangzhou', leaf));

/** Twelve ways to write somebody else's topic, or one's own so that a careless reader takes it for another. */
const spellings = (topic: string): string[] => [
  topic.replace('hangzhou', 'beijing'),
  topic.replace('acme', 'other'),
  topic.replace('branchline', 'Branchline'),
  topic.replace('v1', 'v2'),
  topic.replace('hangzhou', 'HANGZHOU'),
  topic.replace('hangzhou', 'hangzhou '),
  topic.replace('hangzhou', '+'),
  topic.replace(/hangzhou.*/, '#'),
  `/${topic}`,
  `${topic}/`,
  `$share/group/${topic}`,
  `$SYS/${topic}`,
  topic.replace('hangzhou', ''),
  topic.replace('hangzhou', 'hangzhou\u0000'),
  topic.replace('hangzhou/', 'hangzhou/../beijing/'),
  topic.replace('hangzhou', 'hangzh\u043eu'),
  topic.replace(/[^/]+$/, 'constructor'),
  topic.replace(/[^/]+$/, '__proto__'),
];

describe('publishing', () => {
  it('lets a box say exactly its up leaves, retained only where the contract says so', () => {
    for (const leaf of leaves) {
      const topic = topicOf('acme', 'hangzhou', leaf);
      const up = topics[leaf].direction === 'up';
      expect([leaf, mayPublish(me, { topic, qos: 1, retain: false })]).toEqual([leaf, up ? leaf : undefined]);
      const retained = up && topics[leaf].retain;
      expect([leaf, mayPublish(me, { topic, qos: 1, retain: true })]).toEqual([
        leaf,
        retained ? leaf : undefined,
      ]);
      expect(mayPublish(me, { topic, qos: 2, retain: false })).toBeUndefined();
    }
  });

  it('refuses every other spelling', () => {
    for (const topic of mine.flatMap(spellings))
      for (const retain of [false, true])
        expect([topic, mayPublish(me, { topic, qos: 0, retain })]).toEqual([topic, undefined]);
  });
});

describe('subscribing', () => {
  it('lets a box hear exactly its down leaves', () => {
    for (const leaf of leaves)
      expect([leaf, maySubscribe(me, topicOf('acme', 'hangzhou', leaf))]).toEqual([
        leaf,
        topics[leaf].direction === 'down',
      ]);
  });

  it('refuses every other spelling', () => {
    for (const filter of [
      ...mine.flatMap(spellings),
      '#',
      '+',
      '+/+/+/+/+',
      '',
      '$SYS/#',
      'branchline/v1/acme/hangzhou/+',
    ])
      expect([filter, maySubscribe(me, filter)]).toEqual([filter, false]);
  });
});

describe('identity', () => {
  it('is the name in a certificate of this tenant', () => {
    expect(identityOf({ O: 'acme', CN: 'hangzhou' }, 'acme')).toEqual(me);
  });

  it('is nobody for names that a topic could not carry, or that are not one', () => {
    const names = [
      '',
      '+',
      '#',
      'a/b',
      'a b',
      'A',
      '\u0000',
      'a\u0000',
      '\u676d\u5dde',
      '-a',
      'x'.repeat(41),
      '$share',
    ];
    for (const CN of names) expect(identityOf({ O: 'acme', CN }, 'acme')).toBeUndefined();
    expect(identityOf({ O: 'acme', CN: ['a', 'b'] }, 'acme')).toBeUndefined();
    expect(identityOf({ O: 'other', CN: 'hangzhou' }, 'acme')).toBeUndefined();
    expect(identityOf({ CN: 'hangzhou' }, 'acme')).toBeUndefined();
    expect(identityOf(undefined, 'acme')).toBeUndefined();
  });
});
