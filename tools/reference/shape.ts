/** A JSON Schema in words: what a field may hold, short enough for a table. Pure. */
import { z } from 'zod';

export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly default?: unknown;
}

export const schemaOf = (schema: z.ZodType, io: 'input' | 'output' = 'output'): Schema =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;

function choicesOf(schema: Schema): readonly Schema[] | undefined {
  const { type } = schema;
  return Array.isArray(type)
    ? (type as readonly string[]).map((one) => ({ ...schema, type: one }))
    : (schema.anyOf ?? schema.oneOf);
}

/** The greatest safe integer stands for 'no bound' in what zod writes. */
const isBound = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;

export function words(schema: Schema): string {
  const choices = choicesOf(schema);
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => String(value)).join(', ');
  if (choices) return [...new Set(choices.map(words))].join(' or ');
  switch (schema.type) {
    case 'array':
      return `list of ${words(schema.items ?? {})}`;
    case 'object':
      return objectWords(schema);
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'whole number' : 'number'}${bounds(schema)}`;
    case 'string':
      return schema.format === 'date-time' ? 'time (ISO 8601, UTC)' : 'text';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    default:
      return 'anything';
  }
}

function objectWords({ properties, additionalProperties }: Schema): string {
  const fields = Object.keys(properties ?? {});
  if (fields.length > 0) return `{ ${fields.join(', ')} }`;
  const value = typeof additionalProperties === 'object' ? words(additionalProperties) : 'anything';
  return value === 'anything' ? 'object' : `${value} by name`;
}

function bounds({ minimum, maximum }: Schema): string {
  if (isBound(minimum) && isBound(maximum)) return `, ${minimum} to ${maximum}`;
  if (isBound(minimum)) return `, from ${minimum}`;
  return isBound(maximum) ? `, up to ${maximum}` : '';
}

/** Fields of an object, each as `name` or `name?` with what it holds. */
export function fieldList({ properties = {}, required = [] }: Schema): string {
  return Object.entries(properties)
    .map(([name, schema]) => `\`${name}${required.includes(name) ? '' : '?'}\` ${words(schema)}`)
    .join('; ');
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
