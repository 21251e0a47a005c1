/** The code by which headquarters claims this box, and whether headquarters has heard of it. */
import { claimLink } from '@branchline/contracts/enrolment';
import type { ClaimStatus } from '@branchline/contracts/http/claim';
import { useWords } from '../door/context.ts';
import { Mark } from '../show/mark.tsx';
import { QrCode } from '../show/qr-code.tsx';
import './claim.css';

export function Claim({ claim }: { claim: ClaimStatus }) {
  const { t } = useWords();
  const { code, serial, headquarters, heard, why } = claim;
  const link = claimLink(headquarters, code);
  return (
    <div className="claim" data-testid="claim">
      <p className="soft">{t('claim.code')}</p>
      <p className="claim-code" data-testid="claim-code">
        {code}
      </p>
      <p>{t('claim.next')}</p>
      <QrCode text={link} label={t('claim.qr')} />
      <p className="soft">
        {t('claim.qrHint')} <a href={link}>{link}</a>
      </p>
      <p>
        <Mark shape={heard ? 'good' : 'warn'} testId="claim-heard">
          {t(heard ? 'claim.heard' : 'claim.notHeard')}
        </Mark>
      </p>
      <p className="soft">
        {t('claim.asks', { headquarters })} {why}
      </p>
      <p className="soft">
        {t('claim.serial')} {serial}
      </p>
    </div>
  );
}
