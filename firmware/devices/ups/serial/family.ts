/** Which family speaks at the other end. Voltronic-QS answers `V` to `M`; one that knows no `M` echoes it, or is silent. */
import { statusOf } from './messages.ts';

export type Family = 'megatec' | 'voltronic-qs';

export const STATUS_QUESTION: Readonly<Record<Family, string>> = { megatec: 'Q1', 'voltronic-qs': 'QS' };

/** Undefined when neither answers with a status. */
export async function familyOf(
  ask: (command: string) => Promise<string | undefined>,
  written: Family | 'auto',
): Promise<Family | undefined> {
  const candidates: Family[] = written === 'auto' ? await likely(ask) : [written];
  for (const family of candidates) {
    const answer = await ask(STATUS_QUESTION[family]);
    if (answer !== undefined && statusOf(answer).ok) return family;
  }
  return undefined;
}

async function likely(ask: (command: string) => Promise<string | undefined>): Promise<Family[]> {
  const protocol = await ask('M');
  return protocol?.trim() === 'V' ? ['voltronic-qs', 'megatec'] : ['megatec', 'voltronic-qs'];
}
