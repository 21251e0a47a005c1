/** The branch document for editors (JSON Schema) and for people (a table of every field). */
import { branchDocument } from '@branchline/contracts/branch/schema';
import { fieldList, schemaOf, table, words, type Schema } from './shape.ts';

type Page = (title: string, madeFrom: string, ...parts: readonly string[]) => string;

/** The one form that refers to itself is a step of a flow; zod gives it a number for a name. */
function schemaNamed(): Schema {
  const text = JSON.stringify(schemaOf(branchDocument, 'input'));
  return JSON.parse(text.replaceAll('__schema0', 'step')) as Schema;
}

export const documentSchema = (): object => ({ ...schemaNamed(), title: 'Branchline branch document' });

export function documentPage(page: Page): string {
  const schema = schemaNamed();
  const steps = (schema.$defs?.step?.anyOf ?? []).map((step) => `- ${fieldList(step)}`);
  const sections = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const rows = fieldsOf(name, field, schema.required?.includes(name) ?? false);
    return `## ${name}\n\n${table(['field', 'holds', 'when left out'], rows)}`;
  });
  return page(
    'The branch document',
    '`contracts/branch/schema.ts`',
    'YAML or JSON. `<name>` stands for a name of your choice (a-z, 0-9, dot and dash, up to 40 characters), by which other fields refer to the entry. A whole one: [hangzhou-west.yaml](../../contracts/samples/hangzhou-west.yaml).',
    'Editors check while you type with [branch-document.schema.json](branch-document.schema.json): put `# yaml-language-server: $schema=PATH` into the first line. What the schema cannot say (a name that is not there, a number used twice, a queue that nobody serves) the box says, all at once, each with its remedy; _Setup_ on its page checks a document without applying it.',
    ...sections,
    '## Steps of a flow',
    'A flow is a list of steps, each one of these:',
    steps.join('\n'),
  );
}

type Row = readonly [field: string, holds: string, leftOut: string];

function fieldsOf(path: string, schema: Schema, required: boolean): Row[] {
  const inner = innerOf(path, schema);
  const own: Row = [
    `\`${path}\``,
    inner.length > 0 ? (schema.description ?? '') : holds(schema),
    required ? '(must be there)' : shown(schema.default),
  ];
  return [own, ...inner];
}

/** What is written for a person already (`a duration such as 15s`) says more than 'text'. */
function holds(schema: Schema): string {
  const form = words(schema);
  if (schema.description === undefined) return form;
  return form === 'text' ? schema.description : `${form}: ${schema.description}`;
}

function innerOf(path: string, schema: Schema): Row[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([name, field]) =>
      fieldsOf(`${path}.${name}`, field, schema.required?.includes(name) ?? false),
    );
  const { additionalProperties: value, items } = schema;
  if (typeof value === 'object' && hasFields(value)) return innerOf(`${path}.<name>`, value);
  return items && hasFields(items) ? innerOf(`${path}[]`, items) : [];
}

const hasFields = (schema: Schema): boolean => schema.properties !== undefined;

const shown = (value: unknown): string => (value === undefined ? '' : `\`${JSON.stringify(value)}\``);
