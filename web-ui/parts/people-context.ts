/** The people of the branch that a page speaks of. */
import type { Party } from '@branchline/contracts/ledger';
import { createContext, use } from 'react';
import { useWords } from './door/context.ts';
import { nobody, numberWords, partyWords, type People } from './people.ts';

export const PeopleContext = createContext<People>(nobody);

export interface Names {
  readonly party: (party: Party) => string;
  readonly parties: (parties: readonly Party[]) => string;
  readonly number: (number: string) => string;
  readonly agent: (id: string) => string;
}

export function useNames(): Names {
  const people = use(PeopleContext);
  const words = useWords();
  const party = (one: Party): string => partyWords(one, people, words);
  return {
    party,
    parties: (all) => all.map(party).join(words.language === 'zh' ? '、' : ', '),
    number: (number) => numberWords(number, people, words),
    agent: (id) => party({ kind: 'agent', id }),
  };
}
