/** A refusal in the page's language: by its code where we have words for it, else as the service put it. */
import type { Problem } from '@branchline/contracts/http/common';
import type { Speaker } from '../../words/speak.ts';
import type { Key } from '../../words/words.ts';

const KNOWN: Readonly<Record<string, readonly [says: Key, next: Key]>> = {
  unreachable: ['trouble.unreachable', 'trouble.unreachableNext'],
  'not-understood': ['trouble.notUnderstood', 'trouble.notUnderstoodNext'],
  'wrong-password': ['trouble.wrongPassword', 'trouble.wrongPasswordNext'],
  'too-many-tries': ['trouble.tooManyTries', 'trouble.tooManyTriesNext'],
  'newer-version': ['documents.newer', 'documents.newerNext'],
  'database-away': ['trouble.databaseAway', 'trouble.databaseAwayNext'],
  'another-leads': ['trouble.anotherLeads', 'trouble.anotherLeadsNext'],
  internal: ['trouble.internal', 'trouble.internalNext'],
};

export interface RefusalWords {
  readonly says: string;
  readonly next: string;
  readonly code: string;
}

export function refusalWords(problem: Problem | undefined, words: Speaker): RefusalWords {
  const code = problem?.code ?? 'page';
  const known = Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined;
  if (known) return { says: words.t(known[0]), next: words.t(known[1]), code };
  const says = problem?.message || words.t('trouble.title');
  return { says, next: problem?.remedy ?? '', code };
}
