/** `branchline flow try`: goes through a flow of a document with no call, and says in words what a caller would come through. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { faultText } from '@branchline/contracts/branch/faults';
import type { Branch, Language } from '@branchline/contracts/branch/model';
import { newContext } from '../flows/context.ts';
import { tryFlow, type TrialScript } from '../flows/trial.ts';
import { trialText } from '../flows/trial-words.ts';
import { fullNumber, numberDialled } from '../routing/incoming.ts';
import type { checkDocument } from '../branch/document.ts';
import { BadArgument } from './bad-argument.ts';

export const FLOW_TRY_USAGE = `branchline flow try DOCUMENT FLOW [options]

  DOCUMENT         a branch document, YAML or JSON
  FLOW             a flow of it, or the number that is dialled

  --caller NUMBER  who calls; anonymous when left out
  --at TIME        when, such as 2027-02-05T10:00:00+08:00; now when left out
  --press DIGITS   what is pressed, in order; a dot is silence: '1.1234#'
  --answer JSON    what a look-up answers; once for each look-up, in order
  --answer fail:WHY  a look-up that fails; without an answer no answer comes in time
  --tag TAG        a tag of the caller; may be given again
  --language LANG  zh or en: of these lines; the document's own when left out`;

const OPTIONS = {
  caller: { type: 'string' },
  at: { type: 'string' },
  press: { type: 'string' },
  answer: { type: 'string', multiple: true },
  tag: { type: 'string', multiple: true },
  language: { type: 'string' },
} as const;

/** @throws BadArgument, in words. */
export function flowTry(args: readonly string[], check: typeof checkDocument, now: number): string {
  const { values, positionals } = parsed(args);
  const [path, what, ...more] = positionals;
  if (path === undefined || what === undefined || more.length > 0) throw new BadArgument(FLOW_TRY_USAGE);
  const branch = readBranch(path, check);
  const language = languageOf(values.language, branch);
  const { flow, number, dialled } = entryOf(branch, what);
  const { country } = branch.site;
  const caller = values.caller === undefined ? 'anonymous' : fullNumber(country, values.caller);
  const script: TrialScript = {
    context: { ...newContext(branch, { caller, dialled, number }), tags: values.tag ?? [] },
    at: momentOf(values.at, now),
    presses: pressesOf(values.press ?? ''),
    answers: (values.answer ?? []).map(answerOf),
  };
  return trialText(tryFlow(branch, flow, script), language);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BadArgument(`${error instanceof Error ? error.message : String(error)}\n\n${FLOW_TRY_USAGE}`);
  }
}

function readBranch(path: string, check: typeof checkDocument): Branch {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (error) {
    throw new BadArgument(
      `${error instanceof Error ? error.message : String(error)}. Give a file that can be read.`,
    );
  }
  const checked = check(source);
  if (checked.ok) return checked.document.branch;
  const faults = checked.faults.map((fault) => `  ${faultText(fault, 'en')}`);
  throw new BadArgument([`${path} has faults:`, ...faults].join('\n'));
}

/** A flow by its name, or by the number that leads to it. */
function entryOf(branch: Branch, what: string): { flow: string; number: string; dialled: string } {
  if (branch.flows[what]) return { flow: what, number: '', dialled: '' };
  const entry = branch.numbers[what] ?? numberDialled(branch, what.replace(/[\s\-()]/g, ''));
  if (entry?.to.kind === 'flow') return { flow: entry.to.name, number: entry.name, dialled: entry.number };
  const numbers = Object.values(branch.numbers).flatMap(({ name, to }) => (to.kind === 'flow' ? [name] : []));
  const known = [...Object.keys(branch.flows), ...numbers].join(', ') || 'none';
  throw new BadArgument(`'${what}' is no flow, and no number that leads to one. Known: ${known}.`);
}

function languageOf(given: string | undefined, { site }: Branch): Language {
  if (given === undefined) return site.language;
  if (given === 'zh' || given === 'en') return given;
  throw new BadArgument(`--language is '${given}'. Give zh or en.`);
}

function momentOf(given: string | undefined, now: number): number {
  const at = given === undefined ? now : Date.parse(given);
  if (Number.isNaN(at))
    throw new BadArgument(`--at is '${given}'. Give a time such as 2027-02-05T10:00:00+08:00.`);
  return at;
}

function pressesOf(given: string): string[] {
  if (!/^[0-9*#.]*$/.test(given))
    throw new BadArgument(`--press is '${given}'. Give digits, * and #, and a dot for silence.`);
  return given.split('').map((sign) => (sign === '.' ? 'wait' : sign));
}

function answerOf(given: string): TrialScript['answers'][number] {
  if (given.startsWith('fail:')) return { failed: given.slice('fail:'.length) };
  try {
    return { json: JSON.parse(given) as unknown };
  } catch {
    throw new BadArgument(`--answer is '${given}'. Give JSON, or fail: and why.`);
  }
}
