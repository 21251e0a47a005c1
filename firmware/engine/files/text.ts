/** The engine's configuration syntax, and the gate every value passes before it is written. Pure. */

export class UnsafeValue extends Error {
  constructor(what: string, value: string | undefined, allowed: string) {
    const shown = value === undefined ? '' : ` '${JSON.stringify(value).slice(1, -1).slice(0, 60)}'`;
    super(`${what}${shown} cannot stand in an engine file. Use ${allowed}.`);
    this.name = 'UnsafeValue';
  }
}

const KINDS = {
  name: [/^[a-z0-9][a-z0-9.-]{0,47}$/, 'a-z, 0-9, dot and dash, up to 48 characters'],
  digits: [/^\+?[0-9*#]{1,32}$/, 'up to 32 digits'],
  address: [/^\d{1,3}(\.\d{1,3}){3}$/, 'an IPv4 address'],
  host: [/^[a-z0-9][a-z0-9.-]{0,252}$/, 'a host name or an IPv4 address'],
  user: [/^[A-Za-z0-9_.+-]{1,64}$/, 'letters, digits and _.+-, up to 64'],
  /** Of the far end's choosing: whatever cannot end a line or begin a comment. */
  password: [/^[\x21-\x3a\x3c-\x7e]{1,128}$/, '1 to 128 printable characters without ; and blanks'],
  secret: [/^[A-Za-z0-9_.~+/=-]{8,128}$/, '8 to 128 of A-Z, a-z, 0-9 and _.~+/=-'],
  path: [/^\/[A-Za-z0-9_./-]{1,200}$/, 'an absolute path of A-Z, a-z, 0-9 and _.-'],
} as const satisfies Record<string, readonly [RegExp, string]>;

/** The value itself when it is of its kind. @throws UnsafeValue: nothing that could end a line or a field is ever written. */
export function checked(kind: keyof typeof KINDS, what: string, value: string): string {
  const [pattern, allowed] = KINDS[kind];
  if (!pattern.test(value)) {
    const isSecret = kind === 'secret' || kind === 'password';
    throw new UnsafeValue(what, isSecret ? undefined : value, allowed);
  }
  return value;
}

/** One that cannot is no reason for a branch to be without its engine. */
export const isLinePassword = (text: string): boolean => KINDS.password[0].test(text);

export function portNumber(what: string, value: number): string {
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new UnsafeValue(what, String(value), 'a port, 1 to 65535');
  }
  return String(value);
}

/**
 * A person's or branch's name for display. Names are free text in any script, so instead of being refused they lose what
 * the file, the SIP header or the dial plan would read as syntax.
 */
export function displayName(value: string): string {
  return value
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"'<>\\;,&|${}()[\]@:=]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60);
}

export type Entry = readonly [key: string, value: string | number | boolean];

const yesNo = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);

/** `[name]` and its entries, booleans as yes and no. */
export function section(name: string, entries: readonly Entry[]): string {
  return [`[${name}]`, ...entries.map(([key, value]) => `${key}=${oneLine(yesNo(value))}`), ''].join('\n');
}

export function file(...sections: readonly string[]): string {
  return [GENERATED, ...sections].join('\n');
}

/** The last gate: whatever was forgotten above cannot start a second line. */
function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new UnsafeValue('A value', value, 'one line');
  return value;
}

const GENERATED = '; Rendered from the branch document at each start of the engine: changes here are lost.\n';

export interface Extension {
  /** A number, a pattern such as _X!, or s. */
  readonly match: string;
  /** Applications in order; `label:` in front names a step. */
  readonly steps: readonly string[];
}

/** A dial plan context. A step written 'again: Dial(...)' carries the label 'again'. */
export function context(
  name: string,
  extensions: readonly Extension[],
  includes: readonly string[] = [],
): string {
  const lines = extensions.flatMap(({ match, steps }) =>
    steps.map((step, index) => {
      const labelled = /^([a-z]+): (.*)$/s.exec(oneLine(step));
      const [label, application] = labelled ? [`(${labelled[1]})`, labelled[2]] : ['', step];
      return index === 0 ? `exten => ${match},1${label},${application}` : ` same => n${label},${application}`;
    }),
  );
  return [`[${name}]`, ...lines, ...includes.map((other) => `include => ${other}`), ''].join('\n');
}
