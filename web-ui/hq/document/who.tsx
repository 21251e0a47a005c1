/** Why a document is changed, and how long the box watches afterwards. Who changes it is known: who has signed in. */
import { CONFIRM_WITHIN_S } from '@branchline/contracts/fleet/documents';
import { useState } from 'react';
import { useWords } from '../../parts/door/context.ts';
import type { Who } from './use-documents.ts';
import './document.css';

export interface WhoFields {
  readonly reason: string;
  readonly seconds: string;
}

/** The fields as they are typed, and who it is once they are filled in. */
export function useWho() {
  const [fields, set] = useState<WhoFields>({
    reason: '',
    seconds: String(CONFIRM_WITHIN_S.usual),
  });
  const { least, most } = CONFIRM_WITHIN_S;
  const confirmWithinS = Number(fields.seconds);
  const inBounds = Number.isInteger(confirmWithinS) && confirmWithinS >= least && confirmWithinS <= most;
  const reason = fields.reason.trim();
  const who: Who | undefined = reason === '' || !inBounds ? undefined : { reason, confirmWithinS };
  return { fields, set, who };
}

export function WhoForm({ fields, set }: { fields: WhoFields; set: (fields: WhoFields) => void }) {
  const { t } = useWords();
  const { least, most } = CONFIRM_WITHIN_S;
  return (
    <div className="document-who">
      <label>
        <span>
          {t('documents.reason')} <span className="soft">({t('documents.reasonHint')})</span>
        </span>
        <input
          value={fields.reason}
          maxLength={500}
          onChange={(event) => set({ ...fields, reason: event.target.value })}
          data-testid="reason"
        />
      </label>
      <label>
        <span>
          {t('documents.window')} <span className="soft">({t('documents.seconds')})</span>
        </span>
        <input
          type="number"
          min={least}
          max={most}
          value={fields.seconds}
          onChange={(event) => set({ ...fields, seconds: event.target.value })}
          data-testid="window"
        />
      </label>
    </div>
  );
}
