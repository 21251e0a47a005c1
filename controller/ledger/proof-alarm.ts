/** The alarm that headquarters raises itself: a stretch of a box's history is not what the box has. Pure. */
import { alarms, idAtHeadquarters } from '@branchline/contracts/alarms';
import type { LedgerProof } from '@branchline/contracts/http/proof';
import type { LiveAlarm } from '@branchline/contracts/live';

export function alarmsOfProof(proof: LedgerProof | null): LiveAlarm[] {
  if (!proof?.differs) return [];
  const { from, to, at } = proof.differs;
  const code = 'ledger-differs';
  return [
    {
      ...{ id: idAtHeadquarters(code), code, severity: alarms[code].severity },
      ...{ subject: `${from}–${to}`, detail: null, since: at },
    },
  ];
}
