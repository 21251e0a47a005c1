/** `branchline self-check`: has the running service check the box now, and tells each line as it comes. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '@branchline/contracts/branch/model';
import { SELF_CHECK_KINDS, type SelfCheckLine } from '@branchline/contracts/self-check';
import { answer, ANSWER_FILE, wish, WISH_FILE, type WishAnswer } from '@branchline/contracts/self-check-wish';
import { checkText } from '@branchline/contracts/self-check-words';
import { hasCode, readIfThere } from '@branchline/runtime/atomic-file';
import { BadArgument } from './bad-argument.ts';
import { branchOf, languageOf, parsed, type BoxDocuments } from './box.ts';

export const SELF_CHECK_USAGE = `branchline self-check [CHECK ...] [--language LANG] [--data DIR]
  has the running box check itself now, and shows each line as it comes
  CHECK            ${SELF_CHECK_KINDS.join(', ')}; those of the document when left out
  --language LANG  zh or en; the document's own when left out
  exit code: 0 all passed, 1 something failed, 3 nothing failed and something could not be checked, 2 no check was made`;

const OPTIONS = { language: { type: 'string' }, data: { type: 'string' } } as const;
const LOOK_MS = 500;
/** In which a service takes an order; and in which one that goes on says something. */
const TAKEN_MS = 10_000;
const SILENT_MS = 60_000;

export interface SelfCheckBox extends BoxDocuments {
  readonly dataDir: () => string;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly print: (line: string) => void;
}

/** The exit code. @throws BadArgument */
export async function selfCheck(args: readonly string[], box: SelfCheckBox): Promise<0 | 1 | 3> {
  const { values, positionals } = parsed(args, OPTIONS, SELF_CHECK_USAGE);
  const dataDir = values.data ?? box.dataDir();
  const language = languageOf(values.language, branchOf(dataDir, box));
  const id = `${process.pid}-${box.now()}`;
  order(dataDir, id, positionals);
  let shown = 0;
  let heardAt = box.now();
  let last = '';
  for (;;) {
    await box.pause(LOOK_MS);
    const said = answerOf(dataDir, id);
    const text = JSON.stringify(said ?? null);
    if (text !== last) [last, heardAt] = [text, box.now()];
    if (box.now() - heardAt >= (said ? SILENT_MS : TAKEN_MS)) throw silent(dataDir, said !== undefined);
    if (!said) continue;
    if (said.refused) throw new BadArgument(REFUSED[said.refused]);
    const { running, last: ended } = said.standing;
    const run = [running, ended].find((each) => each?.run === said.run);
    for (const line of run?.lines.slice(shown) ?? []) box.print(textOf(line, language));
    shown = run?.lines.length ?? shown;
    if (running?.run !== said.run) return codeOf(run?.lines ?? []);
  }
}

const REFUSED = {
  running:
    'The box is checking itself already. Wait until that has come to its end: the page Setup, Self-check shows it.',
  nothing: 'There is nothing to check: name a check, or have self-check.checks in the document name some.',
} as const;

function order(dataDir: string, id: string, checks: readonly string[]): void {
  const read = wish.safeParse({ id, ...(checks.length > 0 ? { checks } : {}) });
  if (!read.success) {
    const unknown = checks.filter((check) => !SELF_CHECK_KINDS.some((kind) => kind === check));
    throw new BadArgument(`There is no check '${unknown.join("', '")}'.\n\n${SELF_CHECK_USAGE}`);
  }
  const file = join(dataDir, WISH_FILE);
  try {
    // Never through a link: this may be root, and the folder is the service's.
    writeFileSync(file, JSON.stringify(read.data), { flag: 'wx', mode: 0o644 });
  } catch (error) {
    const because = hasCode(error, 'EEXIST')
      ? `${file} is there: another order waits for the service, which may not be running. Start it, or take the file away.`
      : `The order cannot be written to ${file}: ${String(error)}. Type this as root, or as the user of the service.`;
    throw new BadArgument(because, { cause: error });
  }
}

function answerOf(dataDir: string, id: string): WishAnswer | undefined {
  const text = readIfThere(join(dataDir, ANSWER_FILE));
  if (text === undefined) return undefined;
  const { data } = answer.safeParse(JSON.parse(text));
  return data?.id === id ? data : undefined;
}

function silent(dataDir: string, wasTaken: boolean): BadArgument {
  if (!wasTaken) rmSync(join(dataDir, WISH_FILE), { force: true });
  const [what, ms] = wasTaken ? ['has said nothing', SILENT_MS] : ['did not take the order', TAKEN_MS];
  return new BadArgument(
    `The box service ${what} for ${ms / 1_000} s: see whether it runs (systemctl status branchline-box), is not in safe mode, and has its data in ${dataDir}.`,
  );
}

const RESULT = { passed: '✓', failed: '✗', 'not-done': '–' } as const;
const textOf = (line: SelfCheckLine, language: Language): string =>
  `${RESULT[line.result]} ${checkText(line, language)} (${(line.tookMs / 1_000).toFixed(1)} s)`;

function codeOf(lines: readonly SelfCheckLine[]): 0 | 1 | 3 {
  if (lines.some(({ result }) => result === 'failed')) return 1;
  return lines.some(({ result }) => result === 'not-done') ? 3 : 0;
}
