/** What commands about a box are made with, and what all of them need. */
import { parseArgs } from 'node:util';
import type { Branch, Language } from '@branchline/contracts/branch/model';
import { faultText } from '@branchline/contracts/branch/faults';
import type { Checked } from '../branch/document.ts';
import { BadArgument } from './bad-argument.ts';

export interface BoxDocuments {
  /** The document that the box in this data directory goes by; undefined where none has started. */
  readonly lastGood: (dataDir: string) => Checked | undefined;
}

/** @throws BadArgument */
export function branchOf(dataDir: string, { lastGood }: BoxDocuments): Branch {
  const checked = lastGood(dataDir);
  if (!checked)
    throw new BadArgument(
      `No box has been started in ${dataDir}. Give --data with the data directory of a box (its setting BRANCHLINE_BOX_DATA_DIR).`,
    );
  if (checked.ok) return checked.document.branch;
  const faults = checked.faults.map((fault) => `  ${faultText(fault, 'en')}`);
  throw new BadArgument(
    [`This version does not read the document of the box in ${dataDir}:`, ...faults].join('\n'),
  );
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];

/** @throws BadArgument with the usage */
export function parsed<O extends NonNullable<Options>>(args: readonly string[], options: O, usage: string) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new BadArgument(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

/** @throws BadArgument */
export function languageOf(given: string | undefined, { site }: Branch): Language {
  if (given === undefined) return site.language;
  if (given === 'zh' || given === 'en') return given;
  throw new BadArgument(`--language is '${given}'. Give zh or en.`);
}
