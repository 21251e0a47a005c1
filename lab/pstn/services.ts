/** The numbers of the lab's public network that answer by themselves. */

export type ServiceKind = 'speech' | 'tone' | 'echo' | 'silent' | 'busy' | 'late' | 'never' | 'congested';

export interface Service {
  readonly number: string;
  readonly kind: ServiceKind;
  readonly answers: string;
}

export const SERVICES: readonly Service[] = [
  { number: '+8657187770001', kind: 'speech', answers: 'answers and speaks' },
  { number: '+8657187770002', kind: 'tone', answers: 'answers with 1004 Hz' },
  { number: '+8657187770003', kind: 'echo', answers: 'answers and gives back what it hears' },
  { number: '+8657187770004', kind: 'silent', answers: 'answers and sends no sound at all' },
  { number: '+8657187770008', kind: 'late', answers: 'rings for 8 seconds, then answers and speaks' },
  { number: '+8657187770017', kind: 'busy', answers: 'is busy (cause 17)' },
  {
    number: '+8657187770019',
    kind: 'never',
    answers: 'rings and is not answered (cause 19 after 3 minutes)',
  },
  { number: '+8657187770034', kind: 'congested', answers: 'cannot be reached for congestion (cause 34)' },
];
