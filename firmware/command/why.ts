/** `branchline why`: what became of a call and why, in words, from the ledger of the box. */
import type { Branch } from '@branchline/contracts/branch/model';
import { peopleOfDocument } from '@branchline/contracts/branch/people';
import { tellWhy, type CallWhy } from '@branchline/contracts/call-why';
import { fullNumber } from '../routing/incoming.ts';
import type { CallSeen, Look } from '../store/look.ts';
import { BadArgument } from './bad-argument.ts';
import { branchOf, languageOf, parsed, type BoxDocuments } from './box.ts';
import { momentIn } from './times.ts';

export const WHY_USAGE = `branchline why CALL [options]

  CALL             a call's id, the beginning or the end of one, or a caller's number: then his newest call

  --language LANG  zh or en; the document's own when left out
  --data DIR       the data directory of the box; its setting BRANCHLINE_BOX_DATA_DIR when left out`;

const OPTIONS = { language: { type: 'string' }, data: { type: 'string' } } as const;
/** So many calls are named when it is not clear which one is meant. */
const NAMED = 5;

export interface WhyDeps extends BoxDocuments {
  readonly dataDir: () => string;
  readonly look: (dataDir: string) => Pick<Look, 'calls' | 'eventsOf' | 'close'>;
}

/** @throws BadArgument, in words */
export function why(args: readonly string[], deps: WhyDeps): string {
  const { values, positionals } = parsed(args, OPTIONS, WHY_USAGE);
  const [which, ...more] = positionals;
  if (which === undefined || more.length > 0) throw new BadArgument(WHY_USAGE);
  const dataDir = values.data ?? deps.dataDir();
  const branch = branchOf(dataDir, deps);
  const language = languageOf(values.language, branch);
  const look = deps.look(dataDir);
  try {
    const call = callMeant(which, branch, look);
    const people = peopleOfDocument(branch);
    const { timezone } = branch.site;
    return textOf(tellWhy(call, look.eventsOf(call), { language, people, timezone }), timezone);
  } finally {
    look.close();
  }
}

type Calls = Pick<Look, 'calls' | 'eventsOf'>;

function callMeant(which: string, branch: Branch, look: Calls): string {
  if (look.eventsOf(which).length > 0) return which;
  const [newest] = /^[+\d][\d\s\-()]*$/.test(which) ? callsOf(which, branch, look, 1) : [];
  if (newest) return newest.id;
  const found = look.calls(NAMED + 1, ({ id }) => id.startsWith(which) || id.endsWith(which));
  const [only, ...others] = found;
  if (only && others.length === 0) return only.id;
  if (only)
    throw new BadArgument(
      `'${which}' is the beginning or the end of several calls. Give more of one:\n${listed(found.slice(0, NAMED), branch)}`,
    );
  const known = look.calls(NAMED);
  throw new BadArgument(
    known.length === 0
      ? `'${which}' is no call: the ledger holds none yet.`
      : `'${which}' is no call of this box, and no number that has called. The newest calls:\n${listed(known, branch)}`,
  );
}

function callsOf(number: string, { site }: Branch, look: Calls, limit: number): CallSeen[] {
  const full = fullNumber(site.country, number);
  const digits = number.replace(/[^\d+]/g, '');
  return look.calls(limit, ({ from }) => from === full || from === digits);
}

const listed = (calls: readonly CallSeen[], { site }: Branch): string =>
  calls
    .map(
      ({ id, startedAt, from, dialled }) =>
        `  ${id}  ${momentIn(site.timezone, Date.parse(startedAt))}  ${from} -> ${dialled}`,
    )
    .join('\n');

function textOf({ call, summary, lines, language }: CallWhy, timezone: string): string {
  const day = lines[0]
    ? `${momentIn(timezone, Date.parse(lines[0].at)).slice(0, 10)}, ${timezone}`
    : timezone;
  const head = language === 'zh' ? `通话 ${call}（${day}）：${summary}` : `Call ${call} (${day}): ${summary}`;
  const told = lines.flatMap(({ at, says, because, outcome }) => [
    `${momentIn(timezone, Date.parse(at)).slice(11)}  ${says}`,
    ...because.map((sentence) => `            ${sentence}`),
    ...(outcome === null ? [] : [`          → ${outcome}`]),
  ]);
  return [head, '', ...told].join('\n');
}
