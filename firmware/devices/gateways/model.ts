/**
 * A model's file: what a kind of gateway tells of its lines, in which words. Data alone; docs/gateways.md says how to write one.
 * Everything in it is checked here, so that a driver may go by it without looking again. The form is made at each reading, which is seldom: a box whose
 * gateways are not watched is not the larger for it.
 */
import * as z from 'zod';
import { GATEWAY_KINDS } from '@branchline/contracts/branch/schema';
import type { WatchSource } from '@branchline/contracts/branch/gateways';

const LONGEST_PATTERN = 300;

/** A regular expression as text; named groups are the fields of a row. */
const pattern = () =>
  z
    .string()
    .min(1)
    .max(LONGEST_PATTERN)
    .transform((source, context): RegExp => {
      try {
        return new RegExp(source, 'iu');
      } catch (error) {
        const message = `a regular expression; ${error instanceof Error ? error.message : String(error)}`;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
    });
const oid = () =>
  z.string().regex(/^\d+(\.\d+){3,}$/, { error: 'an object identifier such as 1.3.6.1.2.1.2.2.1.8' });
const what = () => z.string().min(1).max(40);
const integer = () => z.string().regex(/^-?\d+$/, { error: 'a whole number' });

const rule = () =>
  z
    .strictObject({
      field: z.string().min(1),
      is: pattern().optional(),
      below: z.number().positive().optional(),
      state: z.enum(['good', 'bad', 'blocked']),
      what: what(),
    })
    .transform(({ is, below, ...rest }) => ({
      ...rest,
      ...(is === undefined ? {} : { is }),
      ...(below === undefined ? {} : { below }),
    }));

const reading = () =>
  z
    .strictObject({
      name: what(),
      /** The column of a table that is read; what follows it in an answer is the row. */
      column: oid(),
      /** Only rows for which another column, of the same index, holds one of these. */
      only: z.strictObject({ column: oid(), is: z.array(z.int()).min(1) }).optional(),
      /** A device may do without it. */
      optional: z.boolean().default(false),
      /** A number of bits: one alone says that all is well, some say what is wrong, some say nothing of the line. */
      bits: z
        .strictObject({
          good: z.int().min(1),
          bad: z.record(integer(), what()),
          quiet: z.array(z.int().min(1)).default([]),
        })
        .optional(),
      /** A number of a list. */
      values: z
        .record(integer(), z.strictObject({ state: z.enum(['good', 'bad']), what: what() }))
        .optional(),
      /** Rows are channels, shared out evenly among the lines in their order; these values mean 'carries no calls'. */
      blocked: z.array(z.int()).min(1).optional(),
    })
    .refine(
      ({ bits, values, blocked }) => [bits, values, blocked].filter((way) => way !== undefined).length === 1,
      {
        error: "one of 'bits', 'values' and 'blocked'",
      },
    );

const snmp = () => z.strictObject({ readings: z.array(reading()).min(1).max(8) });

const console = () =>
  z.strictObject({
    /** Sent first, so that the console says where it is. */
    wake: z.string().default('\r'),
    newline: z.enum(['\r', '\n', '\r\n']).default('\r'),
    login: pattern(),
    password: pattern(),
    ready: pattern(),
    /** Said when name or password are wrong. */
    refused: pattern(),
    /** A page is full, and the next is asked for with `moreKey`. */
    more: pattern().optional(),
    moreKey: z.string().default(' '),
    commands: z
      .array(
        z.strictObject({
          name: what(),
          send: z.string().min(1).max(100),
          rows: pattern(),
          rules: z.array(rule()).min(1),
        }),
      )
      .min(1)
      .max(4),
    /** Said at the end, so that nobody finds an open session. */
    leave: z.string().optional(),
  });

const syslog = () =>
  z
    .array(
      z.strictObject({
        /** A group `line` names the line, a group `what` the fault. */
        match: pattern(),
        name: what(),
        state: z.enum(['good', 'bad']),
        what: what(),
      }),
    )
    .min(1)
    .max(40);

const http = () =>
  z.strictObject({
    path: z.string().regex(/^\/[^\s#]*$/, { error: 'a path such as /status.json' }),
    /** Either rows of a text, */
    rows: pattern().optional(),
    /** or the list at this place of a JSON answer, '' for the answer itself, */
    list: z.string().optional(),
    /** whose fields have other names than the rules give them. */
    names: z.record(z.string(), z.string()).default({}),
    rules: z.array(rule()).min(1),
  });

const file = () =>
  z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/),
    /** For a person who chooses. */
    says: z.strictObject({ zh: z.string().min(1), en: z.string().min(1) }),
    kinds: z.array(z.enum(GATEWAY_KINDS)).min(1),
    /** Where it is written that the device does so. */
    sources: z.array(z.string().min(1)).min(1),
    snmp: snmp().optional(),
    console: console().optional(),
    syslog: syslog().optional(),
    http: http()
      .refine(({ rows, list }) => (rows === undefined) !== (list === undefined), {
        error: "one of 'rows' and 'list'",
      })
      .optional(),
  });

export type GatewayModel = z.output<ReturnType<typeof file>>;
export type SnmpModel = z.output<ReturnType<typeof snmp>>;
export type SnmpReading = SnmpModel['readings'][number];
export type ConsoleModel = z.output<ReturnType<typeof console>>;
export type SyslogModel = z.output<ReturnType<typeof syslog>>;
export type HttpModel = z.output<ReturnType<typeof http>>;

/** @throws Error that lists every fault of the file, with its place. */
export function readModel(name: string, text: string): GatewayModel {
  const parsed = file().safeParse(jsonOf(name, text));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `  ${path.join('.') || '(whole)'}: ${message}`,
    );
    throw new Error(`The gateway model '${name}' cannot be used:\n${faults.join('\n')}`);
  }
  if (parsed.data.name !== name)
    throw new Error(
      `The gateway model '${name}' calls itself '${parsed.data.name}'. Give both the same name.`,
    );
  return parsed.data;
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `The gateway model '${name}' is no JSON: ${cause instanceof Error ? cause.message : ''}`,
      { cause },
    );
  }
}

/** The sources that a model has words for. */
export const sourcesOfModel = (model: GatewayModel): readonly WatchSource[] =>
  (['snmp', 'console', 'http', 'syslog'] as const).filter((source) => model[source] !== undefined);
