/** From zod's issues to faults that name path, value and remedy. */
import type { z } from 'zod';
import type { Fault, FaultCode } from './faults.ts';
import { branchDocument } from './schema.ts';

type Issue = z.core.$ZodIssue;

export function shapeFaults(error: z.ZodError, raw: unknown): Fault[] {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    const expected = "a YAML or JSON mapping that starts with 'schema: branchline.branch/1'";
    return [{ code: 'not-a-document', path: '', value: raw, expected, severity: 'error' }];
  }
  return error.issues.flatMap((issue) => issueFaults(issue, [], raw));
}

function issueFaults(issue: Issue, base: readonly PropertyKey[], raw: unknown): Fault[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'unknown-field',
      path: dotted([...path, key]),
      value: valueAt(raw, [...path, key]),
      expected: knownKeys(path, raw).join(', ') || 'nothing more',
      severity: 'error',
    }));
  }
  if (issue.code === 'invalid_union') {
    const best = meantBranch(issue.errors, path, raw) ?? closestBranch(issue.errors);
    if (best) return best.flatMap((inner) => issueFaults(inner, path, raw));
  }
  const value = valueAt(raw, path);
  return [
    {
      code: codeOf(issue, value),
      path: dotted(path),
      value,
      expected: expectation(issue),
      severity: 'error',
    },
  ];
}

/** Of a union's alternatives, the one that has the form of what was written: a text, a list, or the mapping whose first field is there. */
function meantBranch(
  branches: readonly Issue[][],
  path: readonly PropertyKey[],
  raw: unknown,
): readonly Issue[] | undefined {
  const options = optionsOf(schemaAt(path, raw));
  const meant = options.findIndex((option) => fits(option, valueAt(raw, path)));
  const issues = meant < 0 ? undefined : branches[meant];
  return issues && issues.length > 0 ? issues : undefined;
}

/** Of a union's alternatives, the one that failed deepest inside: what the writer most likely meant. */
function closestBranch(branches: readonly Issue[][]): Issue[] | undefined {
  const scored = branches
    .filter((issues) => issues.length > 0)
    .map((issues) => ({
      issues,
      missing: issues.filter((issue) => issue.path.length <= 1 && issue.code === 'invalid_type').length,
      keys: issues.filter((issue) => issue.code === 'unrecognized_keys').length,
    }));
  const fitting = scored.filter(({ missing, keys }) => missing === 0 && keys === 0);
  return fitting.length === 1 ? fitting[0]?.issues : undefined;
}

function codeOf(issue: Issue, value: unknown): FaultCode {
  if (value === undefined) return 'missing';
  if (issue.code === 'invalid_value') return 'not-one-of';
  if (issue.code === 'too_small' || issue.code === 'too_big') return 'out-of-range';
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') return 'wrong-type';
  return 'bad-format';
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'too_small':
      return `${issue.minimum} or more${issue.origin === 'array' || issue.origin === 'string' ? ' in length' : ''}`;
    case 'too_big':
      return `${issue.maximum} or less`;
    case 'invalid_type':
      return issue.message.startsWith('Invalid input') ? article(issue.expected) : issue.message;
    case 'invalid_key':
      return issue.issues.map((inner) => inner.message).join(', ') || issue.message;
    default:
      return issue.message;
  }
}

function article(type: string): string {
  const words: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping of names',
  };
  return words[type] ?? `a ${type}`;
}

export function dotted(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
}

/** The fields that may stand at a path, read from the schema itself. */
function knownKeys(path: readonly PropertyKey[], raw: unknown): string[] {
  const schema = schemaAt(path, raw);
  const meant = optionsOf(schema).find((option) => fits(option, valueAt(raw, path)));
  const def = unwrap(meant ?? schema)?._zod.def;
  return def?.type === 'object' ? Object.keys((def as z.core.$ZodObjectDef).shape) : [];
}

function schemaAt(path: readonly PropertyKey[], raw: unknown): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = branchDocument;
  for (const [depth, key] of path.entries()) {
    const here = unwrap(at);
    const value = valueAt(raw, path.slice(0, depth));
    at = inside(unwrap(optionsOf(here).find((option) => fits(option, value)) ?? here), key);
  }
  return unwrap(at);
}

const optionsOf = (schema: z.core.$ZodType | undefined): readonly z.core.$ZodType[] => {
  const def = unwrap(schema)?._zod.def;
  return def?.type === 'union' ? (def as z.core.$ZodUnionDef).options : [];
};

/** A mapping is known by its first field. */
function fits(option: z.core.$ZodType, value: unknown): boolean {
  const def = unwrap(option)?._zod.def;
  if (typeof value === 'string') return def?.type === 'string';
  if (Array.isArray(value)) return def?.type === 'array';
  if (typeof value !== 'object' || value === null || def?.type !== 'object') return false;
  const [first] = Object.keys((def as z.core.$ZodObjectDef).shape);
  return first !== undefined && first in value;
}

function inside(schema: z.core.$ZodType | undefined, key: PropertyKey): z.core.$ZodType | undefined {
  const def = schema?._zod.def;
  if (def?.type === 'object') return (def as z.core.$ZodObjectDef).shape[String(key)];
  if (def?.type === 'record') return (def as z.core.$ZodRecordDef).valueType;
  if (def?.type === 'array') return (def as z.core.$ZodArrayDef).element;
  return undefined;
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let at = schema;
  for (;;) {
    const def = at?._zod.def as
      | { type: string; innerType?: z.core.$ZodType; in?: z.core.$ZodType; getter?: () => z.core.$ZodType }
      | undefined;
    if (def?.innerType) at = def.innerType;
    else if (def?.type === 'pipe' && def.in) at = def.in;
    else if (def?.type === 'lazy' && def.getter) at = def.getter();
    else return at;
  }
}
