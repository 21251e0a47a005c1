/** The topics as an AsyncAPI 3.0 document, made from the table of topics and from nothing else. From the box's side: what it sends, what it receives. */
import { topicOf, topics, type Leaf } from '@branchline/contracts/topics';
import * as z from 'zod';

type Json = Readonly<Record<string, unknown>>;

export function asyncApiOf(version: string): Json {
  const entries = Object.entries(topics) as [Leaf, (typeof topics)[Leaf]][];
  const each = (make: (leaf: Leaf, topic: (typeof topics)[Leaf]) => Json): Json =>
    Object.fromEntries(entries.map(([leaf, topic]) => [leaf, make(leaf, topic)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Branchline: between a box and headquarters',
      version,
      description:
        'MQTT 3.1.1 over TLS with a certificate per box. A box publishes and subscribes beneath its own name and nowhere else. Fields that a reader does not know pass.',
    },
    defaultContentType: 'application/json',
    channels: each((leaf, { says }) => ({
      address: topicOf('tenant', 'box', leaf).replace('tenant/box', '{tenant}/{box}'),
      description: says,
      parameters: {
        tenant: { description: 'whose fleet' },
        box: { description: 'the name in the certificate of the box' },
      },
      messages: { [leaf]: { $ref: `#/components/messages/${leaf}` } },
    })),
    operations: each((leaf, { direction, qos, retain }) => ({
      action: direction === 'up' ? 'send' : 'receive',
      channel: { $ref: `#/channels/${leaf}` },
      bindings: { mqtt: { qos, retain } },
    })),
    components: {
      messages: each((leaf, { says }) => ({
        summary: says,
        payload: { $ref: `#/components/schemas/${leaf}` },
      })),
      schemas: each((_, { schema }) => {
        const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
          io: 'input',
          reused: 'inline',
          unrepresentable: 'any',
        });
        return rest;
      }),
    },
  };
}
