/** Who changes a document and why, and how long the box watches afterwards. */
import { CONFIRM_WITHIN_S } from '@branchline/contracts/fleet/documents';
import { useState } from 'react';
import { useWords } from '../../parts/door/context.ts';
import type { Who } from './use-documents.ts';
import './document.css';

export interface WhoFields {
  readonly author: string;
  readonly reason: string;
  readonly seconds: string;
}

/** The fields as they are typed, and who it is once they are filled in. */
export function useWho() {
  const [fields, set] = useState<WhoFields>({
    author: '',
    reason: '',
    seconds: String(CONFIRM_WITHIN_S.usual),
  });
  const { least, most } = CONFIRM_WITHIN_S;
  const confirmWithinS = Number(fields.seconds);
  const inBounds = Number.isInteger(confirmWithinS) && confirmWithinS >= least && confirmWithinS <= most;
  const [author, reason] = [fields.author.trim(), fields.reason.trim()];
  const who: Who | undefined =
    author === '' || reason === '' || !inBounds ? undefined : { author, reason, confirmWithinS };
  return { fields, set, who };
}

export function WhoForm({ fields, set }: { fields: WhoFields; set: (fields: WhoFields) => void }) {
  const { t } = useWords();
  const { least, most } = CONFIRM_WITHIN_S;
  return (
    <div className="document-who">
      <label>
        <span>{t('documents.author')}</span>
        <input
          value={fields.author}
          maxLength={60}
          autoComplete="name"
          onChange={(event) => set({ ...fields, author: event.target.value })}
          data-testid="author"
        />
      </label>
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
