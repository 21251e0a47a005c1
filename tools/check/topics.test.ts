/** The table of topics is all there is: no topic beside it, each of it said and heard, and all of it in the AsyncAPI document. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { leaves, topics } from '@branchline/contracts/topics';
import { asyncApiOf } from '../reference/asyncapi.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Of what ships: path from the repository's root to text. */
function sources(part: string): Map<string, string> {
  const files = readdirSync(join(repository, part), { recursive: true, encoding: 'utf8' });
  const shipped = files.filter(
    (file) => file.endsWith('.ts') && !/node_modules|\.test\.ts$|(^|\/)testing\/|test-bed\.ts$/.test(file),
  );
  return new Map(
    shipped.map((file) => [join(part, file), readFileSync(join(repository, part, file), 'utf8')]),
  );
}

const [boxes, controller] = [
  new Map([...sources('firmware'), ...sources('stand-in')]),
  sources('controller'),
];
const names = (files: Map<string, string>, leaf: string): string[] =>
  [...files]
    .filter(([, text]) => text.includes(`'${leaf}'`) || new RegExp(`\\b${leaf}: `).test(text))
    .map(([path]) => path);

describe('topics', () => {
  test('are written from the table, or as rules and filters made from it', () => {
    const written = [...boxes, ...controller].filter(([, text]) => text.includes('branchline/v1'));
    expect(written.map(([path]) => path).sort()).toEqual([
      'controller/broker/emqx-rules.ts',
      'controller/broker/mosquitto-rules.ts',
      'controller/broker/sharing.ts',
    ]);
  });

  test.each(leaves)('%s is said by one side and heard by the other', (leaf) => {
    expect(names(boxes, leaf)).not.toEqual([]);
    expect(names(controller, leaf)).not.toEqual([]);
  });
});

describe('the AsyncAPI document', () => {
  const api = asyncApiOf('1.0.0') as {
    channels: Record<string, { address: string }>;
    operations: Record<string, { action: string; channel: { $ref: string }; bindings: { mqtt: object } }>;
    components: {
      messages: Record<string, { payload: { $ref: string } }>;
      schemas: Record<string, { type?: string }>;
    };
  };

  test('has the topics of the table and no others', () => {
    for (const part of [api.channels, api.operations, api.components.messages, api.components.schemas])
      expect(Object.keys(part).sort()).toEqual([...leaves].sort());
  });

  test.each(leaves)('says of %s who says it, how, and what is in it', (leaf) => {
    const { direction, qos, retain } = topics[leaf];
    expect(api.channels[leaf]?.address).toBe(`branchline/v1/{tenant}/{box}/${leaf}`);
    expect(api.operations[leaf]).toEqual({
      action: direction === 'up' ? 'send' : 'receive',
      channel: { $ref: `#/channels/${leaf}` },
      bindings: { mqtt: { qos, retain } },
    });
    expect(api.components.messages[leaf]?.payload.$ref).toBe(`#/components/schemas/${leaf}`);
    expect(Object.keys(api.components.schemas[leaf] ?? {}).length).toBeGreaterThan(0);
  });
});
