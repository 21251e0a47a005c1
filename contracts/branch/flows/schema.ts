/** The shape of flows in a branch document. A step is known by its first field. */
import * as z from 'zod';
import { duration, LANGUAGES, localText, name, target, text } from '../fields.ts';
import { dayRange, durationMs, minuteRange } from '../values.ts';
import type { FlowInput, StepInput, WayInput } from './input.ts';
import {
  answerDigits,
  answerPath,
  callerPattern,
  lookUpAddress,
  mailServer,
  MOST_VARIABLES,
  textParts,
  variableName,
  wayTarget,
} from './values.ts';

const variable = text(
  variableName,
  'a variable: a-z, 0-9 and dash, beginning with a letter, up to 30 characters',
);
const filledText = text(textParts, 'a text, with {variable} where a value is to stand').max(500, {
  error: 'a text of at most 500 characters',
});
const tag = name.describe('a tag of the caller, such as vip');
const level = z.int().min(1).max(9);
const shortWait = (given: string): number | undefined => {
  const ms = durationMs(given);
  return ms !== undefined && ms >= 100 && ms <= 10_000 ? ms : undefined;
};
const key = z.string().regex(/^[0-9*#]$/, { error: 'a digit 0 to 9, * or #' });
const wait = duration.optional().describe('how long to wait for a digit; 5s by default');
const tries = z.int().min(1).max(5).optional().describe('how often it is asked; 2 by default');

const saidText = z.union([filledText, z.strictObject({ zh: filledText, en: filledText })]);
export const prompt = z
  .union([
    name.describe('a prompt by name'),
    z.strictObject({ tone: z.enum(['beep', 'ringback', 'busy']) }),
    z.strictObject({ say: saidText.describe('a text that is spoken, or { zh: ..., en: ... }') }),
  ])
  .describe('a prompt by name, { tone: beep }, or { say: ... }');

const way: z.ZodType<WayInput> = z.lazy(() =>
  z.union(
    [
      text(
        wayTarget,
        "a destination such as 'queue NAME' or 'hang-up', or 'next' for the step after this one",
      ),
      z.array(step).min(1),
    ],
    { error: "a destination, 'next', or a list of steps" },
  ),
);

const condition = z
  .strictObject({
    caller: z
      .array(
        text(
          callerPattern,
          "a number '+86 139 0000 0001', a beginning '+86 571*', an extension, or 'anonymous'",
        ),
      )
      .min(1)
      .optional(),
    tag: tag.optional(),
    variable: variable.optional(),
    is: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('of the variable: equal to one of these'),
    starts: z.string().min(1).optional().describe('of the variable: how it begins'),
    days: text(dayRange, "a day or days such as 'mon' or 'mon-fri'").optional(),
    time: text(minuteRange, "hours such as '09:00-18:00'").optional(),
  })
  .refine((given) => Object.keys(given).length > 0, {
    error: 'at least one of caller, tag, variable, days, time',
  })
  .refine((given) => given.variable !== undefined || (given.is === undefined && given.starts === undefined), {
    error: "'is' and 'starts' beside the variable they are about",
  });

const digitsCount = z.union([
  z.int().min(1).max(32).describe('exactly so many'),
  z
    .strictObject({ min: z.int().min(1).max(32), max: z.int().min(1).max(32) })
    .refine(({ min, max }) => max >= min, { error: 'max not below min' }),
]);

const question = z.strictObject({
  id: name,
  ask: prompt,
  digits: text(answerDigits, "the digits that are answers: '1-5' or '1, 2, 9'"),
});

const lookUp = z
  .strictObject({
    'look-up': text(lookUpAddress, 'an address http(s)://host/path, with {variable} after the host only'),
    failed: way.describe('where to go when there is no answer in time, or no good one'),
    method: z.enum(['get', 'post']).optional().describe('get by default'),
    send: z
      .record(z.string().min(1).max(60), filledText)
      .optional()
      .describe('fields of the JSON body; with post'),
    take: z
      .record(variable, text(answerPath, "a path into the answer such as 'customer.name'"))
      .refine((taken) => Object.keys(taken).length <= MOST_VARIABLES, { error: `at most ${MOST_VARIABLES}` })
      .optional()
      .describe('variables, each from a path into the JSON answer'),
    tags: text(answerPath, "a path to a list of tags such as 'customer.tags'").optional(),
    within: text(shortWait, 'a duration from 100ms to 10s')
      .optional()
      .describe('how long is waited for the answer; 2s by default'),
    while: prompt.optional().describe('heard meanwhile'),
    secret: name.optional().describe('name of a secret, sent as Authorization: Bearer'),
  })
  .refine((given) => given.send === undefined || given.method === 'post', {
    error: "method: post beside 'send'",
  });

const settings = z
  .strictObject({
    variables: z.record(variable, filledText).optional(),
    tags: z.array(tag).min(1).optional(),
    priority: z.int().min(0).max(100).optional().describe('instead of the queue’s own, 0 to 100'),
    needs: z.record(name, level).optional().describe('skills wanted beside those of the queue'),
    language: z.enum(LANGUAGES).optional().describe('of what the caller hears from now on'),
    after: target.optional().describe('where the caller goes when the other side has hung up'),
  })
  .refine((given) => Object.keys(given).length > 0, {
    error: 'at least one of variables, tags, priority, needs, language, after',
  });

const step: z.ZodType<StepInput> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ play: prompt }),
      z.strictObject({ hours: name, closed: way, holiday: way.optional() }),
      z.strictObject({
        menu: prompt.describe('what names the choices'),
        digits: z
          .record(key, way)
          .refine((digits) => Object.keys(digits).length > 0, { error: 'at least one digit with its way' }),
        none: way.describe('where to go when no digit was pressed, or none that is a choice'),
        wrong: prompt.optional().describe('heard after a digit that is no choice'),
        wait,
        tries,
      }),
      z.strictObject({
        collect: variable.describe('the variable that gets the digits'),
        ask: prompt,
        digits: digitsCount,
        none: way.describe('where to go without enough digits'),
        end: z.enum(['#', '*']).optional().describe('the key that ends the number; # by default'),
        wrong: prompt.optional().describe('heard after too few digits'),
        wait,
        tries,
      }),
      z.strictObject({ when: condition, then: way, else: way.optional() }),
      lookUp,
      z.strictObject({ set: settings }),
      z.strictObject({ survey: name, questions: z.array(question).min(1).max(10), wait, tries }),
      z.strictObject({ to: text(wayTarget, "a destination such as 'queue NAME' or 'hang-up', or 'next'") }),
    ],
    {
      error: 'a step, known by its first field: play, hours, menu, collect, when, look-up, set, survey or to',
    },
  ),
);

export const flow: z.ZodType<FlowInput> = z.union(
  [
    z.array(step).min(1),
    z.strictObject({ steps: z.array(step).min(1), language: z.enum(LANGUAGES).optional() }),
  ],
  { error: 'a list of steps, or { language: ..., steps: [...] }' },
);

const messageLength = (given: string): number | undefined => {
  const ms = durationMs(given);
  return ms !== undefined && ms >= 5_000 && ms <= 600_000 ? ms : undefined;
};

export const voicemailBox = z.strictObject({
  name: localText,
  greeting: prompt.default({
    say: {
      zh: '请在提示音后留言，结束请挂机或按井号键。',
      en: 'Please leave a message after the tone. Hang up or press hash when you are done.',
    },
  }),
  people: z.array(name).default([]).describe('whose phones show the lamp, and who may listen with *97'),
  longest: text(messageLength, 'a duration from 5s to 10m').default('3m').describe('of one message'),
  keep: duration.default('30d').describe('how long a message is kept'),
  mail: z.array(z.email()).default([]).describe('who gets each message by mail, with the sound attached'),
});

export const mail = z.strictObject({
  server: text(mailServer, 'host:port of the SMTP server, such as mail.example:587'),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  from: z.email(),
  user: z.string().min(1).optional(),
  secret: name.optional().describe('name of the secret that holds the password'),
});
