/** Strikes out of a text what must not leave the box: its known secrets wherever they stand, and what is called one. Pure. */

const STRUCK = '[secret]';
/** `"ariSecret": "..."`, `password = ...`, `Authorization: ...`, in JSON, YAML, settings and logs. */
const NAMED =
  /((?:(?:secret|password|passwd|passphrase|token|cookie|authorization|credential|private-?key|api-?key|community|pin)[\w-]*)["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}\]]+)/gi;
/** `scheme://user:password@host` */
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;
/** The end of a key whose beginning was cut off. */
const PEM_END = /^(?:(?!-----BEGIN)[\s\S])*?-----END [A-Z ]*PRIVATE KEY-----/;
/** A secret shorter than this is struck out only where it stands as a word: three digits would tear every number apart. */
const SHORT = 8;

export function masked(text: string, secrets: readonly string[]): string {
  const known = [...new Set(secrets)].filter((secret) => secret !== '').sort((a, b) => b.length - a.length);
  const without = known.reduce((left, secret) => strike(left, secret), text);
  return without
    .replace(PEM, STRUCK)
    .replace(PEM_END, STRUCK)
    .replace(IN_ADDRESS, `$1${STRUCK}@`)
    .replace(
      NAMED,
      (_, name: string, value: string) => `${name}${/^["']/.test(value) ? `"${STRUCK}"` : STRUCK}`,
    );
}

/** As it is, and as JSON would write it. */
function strike(text: string, secret: string): string {
  const written = JSON.stringify(secret).slice(1, -1);
  const forms = written === secret ? [secret] : [secret, written];
  return forms.reduce(
    (left, form) =>
      form.length >= SHORT
        ? left.replaceAll(form, STRUCK)
        : left.replace(
            new RegExp(`(?<!\\w)${form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'g'),
            STRUCK,
          ),
    text,
  );
}

/** Every text that stands anywhere in a file of secrets. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
