/** Relay, lamps, buzzer, contacts and button on the GPIO lines of a box: as a person writes them, and as the box uses them. */
import * as z from 'zod';
import { CONTACT_ROLES, LAMP_SHOWS, type LampShows } from '../contacts.ts';
import { durationBetween, named, text } from './fields.ts';
import { durationMs } from './values.ts';

export const BIASES = ['pull-up', 'pull-down', 'disabled'] as const;
export type Bias = (typeof BIASES)[number];

const CHIP_FORM =
  "a chip such as 'gpiochip0', its label such as 'pinctrl-bcm2711', or 'sysfs' or 'sysfs:LABEL' on a kernel without character devices";
const LINE_FORM = "an offset on its chip, 0 to 1023, or the line's name such as 'GPIO17'";
const HIGHEST_LINE = 1_023;

/** Where a line is reached. `chip` of sysfs: its label, or '' for the only chip there is. */
export type LineAt =
  | { readonly driver: 'character-device'; readonly chip: string; readonly line: number | string }
  | { readonly driver: 'sysfs'; readonly chip: string; readonly line: number };

const contact = z
  .strictObject({
    chip: text(gpioChip, CHIP_FORM).default('gpiochip0'),
    line: z
      .union(
        [
          z.int({ error: LINE_FORM }).min(0, { error: LINE_FORM }).max(HIGHEST_LINE, { error: LINE_FORM }),
          z.string().regex(/^[A-Za-z_][\w.:+-]{0,31}$/, { error: LINE_FORM }),
        ],
        { error: LINE_FORM },
      )
      .describe(LINE_FORM),
    role: z.enum(CONTACT_ROLES),
    active: z
      .enum(['high', 'low'])
      .default('high')
      .describe('the level at which a relay, lamp or buzzer is on, a contact open, a button pressed'),
    bias: z.enum(BIASES).optional().describe("of an input, where the chip can; the chip's own when left out"),
    debounce: durationBetween('1ms', '5s')
      .optional()
      .describe('an input is believed when it has been still for so long; 50ms when left out'),
    shows: z.enum(LAMP_SHOWS).optional().describe('what a lamp stands for'),
    'open-for': durationBetween('1s', '24h')
      .optional()
      .describe('a door that stands open for so long is an alarm; 2m when left out'),
    'release-after': durationBetween('5s', '5m')
      .optional()
      .describe('the relay lets go when the box has not shown for so long that it serves; 20s when left out'),
  })
  .superRefine((written, context) => {
    const { role, chip, line } = written;
    const input = role === 'tamper' || role === 'door' || role === 'button';
    const belongs = {
      bias: input,
      debounce: input,
      shows: role === 'lamp',
      'open-for': role === 'door',
      'release-after': role === 'lifeline-relay',
    } as const;
    for (const field of Object.keys(belongs) as (keyof typeof belongs)[]) {
      if (belongs[field] || written[field] === undefined) continue;
      context.addIssue({ code: 'custom', path: [field], message: `nothing: a ${role} has none` });
    }
    if (role === 'lamp' && written.shows === undefined)
      context.addIssue({ code: 'custom', path: ['shows'], message: LAMP_SHOWS.join(', ') });
    if (gpioChip(chip)?.driver !== 'sysfs') return;
    if (typeof line === 'string')
      context.addIssue({ code: 'custom', path: ['line'], message: 'an offset: sysfs has no names of lines' });
    if (written.bias !== undefined)
      context.addIssue({ code: 'custom', path: ['bias'], message: 'nothing: sysfs cannot set one' });
  });

type Written = z.output<typeof contact>;

/** One of these at most: what two of them said would not be known. */
const SINGLE: readonly string[] = ['lifeline-relay', 'button'];

export const contacts = named(contact).superRefine((written, context) => {
  const lines = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const [key, { chip, line, role }] of Object.entries(written)) {
    const at = `${chip} ${line}`;
    const other = lines.get(at);
    if (other !== undefined) {
      const message = `a line of its own: '${other}' has ${line} of ${chip}`;
      context.addIssue({ code: 'custom', path: [key, 'line'], message });
    }
    lines.set(at, key);
    const first = roles.get(role);
    if (first !== undefined && SINGLE.includes(role)) {
      const message = `one ${role} at most: '${first}' is one`;
      context.addIssue({ code: 'custom', path: [key, 'role'], message });
    }
    roles.set(role, key);
  }
});

interface Line {
  readonly name: string;
  readonly at: LineAt;
  readonly activeLow: boolean;
}
export interface LifelineRelay extends Line {
  readonly releaseAfterMs: number;
}
export type Signal = Line &
  ({ readonly role: 'lamp'; readonly shows: LampShows } | { readonly role: 'buzzer' });
export interface InputContact extends Line {
  readonly role: 'tamper' | 'door' | 'button';
  readonly bias?: Bias;
  readonly debounceMs: number;
  /** Open for longer it is an alarm; 0 for one that is never to be opened. */
  readonly openForMs: number;
}
/** Energised, it switches off what is fed through its break contact. */
export type LoadRelay = Line;
export interface Contacts {
  readonly lifeline?: LifelineRelay;
  readonly loads: readonly LoadRelay[];
  readonly signals: readonly Signal[];
  readonly inputs: readonly InputContact[];
}

/** Undefined where it is no chip. */
export function gpioChip(
  written: string,
): { readonly driver: LineAt['driver']; readonly chip: string } | undefined {
  const [word = '', label = ''] = written.split(/:(.*)/s);
  const isLabel = (value: string): boolean => /^[A-Za-z0-9][\w.:+-]{0,31}$/.test(value);
  if (word === 'sysfs' && (written === word || isLabel(label))) return { driver: 'sysfs', chip: label };
  return word !== 'sysfs' && isLabel(written) ? { driver: 'character-device', chip: written } : undefined;
}

/** Only what the schema has let through. */
export function resolveContacts(written: z.output<typeof contacts>): Contacts {
  const all = Object.entries(written);
  const relay = all.find(([, { role }]) => role === 'lifeline-relay');
  return {
    ...(relay && {
      lifeline: { ...lineOf(...relay), releaseAfterMs: length(relay[1]['release-after'], '20s') },
    }),
    loads: all.flatMap(([key, one]) => (one.role === 'load-relay' ? [lineOf(key, one)] : [])),
    signals: all.flatMap(([key, one]): Signal[] => {
      if (one.role === 'buzzer') return [{ ...lineOf(key, one), role: one.role }];
      return one.role === 'lamp' && one.shows
        ? [{ ...lineOf(key, one), role: one.role, shows: one.shows }]
        : [];
    }),
    inputs: all.flatMap(([key, one]) => inputOf(key, one)),
  };
}

function inputOf(key: string, one: Written): InputContact[] {
  const { role, bias } = one;
  if (role !== 'tamper' && role !== 'door' && role !== 'button') return [];
  return [
    {
      ...lineOf(key, one),
      role,
      ...(bias === undefined ? {} : { bias }),
      debounceMs: length(one.debounce, '50ms'),
      openForMs: role === 'door' ? length(one['open-for'], '2m') : 0,
    },
  ];
}

function lineOf(key: string, { chip, line, active }: Written): Line {
  const at = gpioChip(chip);
  if (!at) throw new Error('a value that the schema let through could not be read');
  return { name: key, at: { ...at, line } as LineAt, activeLow: active === 'low' };
}

const length = (written: string | undefined, otherwise: string): number =>
  durationMs(written ?? otherwise) ?? 0;
