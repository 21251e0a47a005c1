/** Whether a box is let in, and with which certificates. */
import { enrolmentRoutes, type BoxIdentity } from '@branchline/contracts/http/enrolment';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark, type Shape } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import '../../parts/show/rows.css';
import '../document/document.css';

const SHAPES: Record<BoxIdentity['state'], Shape> = {
  'in-force': 'good',
  revoked: 'bad',
  quarantined: 'bad',
  unknown: 'unknown',
};

export function Identity({ box }: { box: string }) {
  const words = useWords();
  const { t } = words;
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['identity', box],
    queryFn: ({ signal }) => ask(enrolmentRoutes.identity, { path: { box }, signal }),
  });
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return null;
  const { state, certificates } = asked.data;
  return (
    <Panel
      title={t('identity.title')}
      aside={<Mark shape={SHAPES[state]}>{t(`identity.state.${state}`)}</Mark>}
      testId="identity"
    >
      {state === 'quarantined' && <p className="document-says">{t('identity.quarantine')}</p>}
      {state === 'revoked' && <p className="document-says">{t('identity.revokedNext')}</p>}
      {certificates.length === 0 && <Empty>{t('identity.none')}</Empty>}
      <ul className="rows">
        {certificates.slice(0, 5).map((each) => (
          <li key={each.fingerprint}>
            <div className="row-top">
              <span>
                {t(`identity.how.${each.how}`)} · {each.by}
              </span>
              <span>
                {t('identity.until')} {words.at(each.endsAt)}
              </span>
            </div>
            <div className="row-under">
              <span>
                {[each.hardware?.vendor, each.hardware?.product, each.hardware?.serial]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              <Moment at={each.issuedAt} />
            </div>
          </li>
        ))}
      </ul>
      {(state === 'in-force' || state === 'quarantined') && <Revoke box={box} />}
      {state !== 'in-force' && (
        <p className="document-says">
          <Link to={`/enrolment?box=${encodeURIComponent(box)}`}>{t('enrolment.claim')} →</Link>
        </p>
      )}
    </Panel>
  );
}

function Revoke({ box }: { box: string }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const revoke = useMutation({
    mutationFn: () => ask(enrolmentRoutes.revoke, { path: { box }, body: { reason } }),
    onSuccess: (identity) => queries.setQueryData(['identity', box], identity),
  });
  return (
    <div className="document-form">
      <label htmlFor="revoke-reason">
        {t('identity.reason')} <span className="soft">({t('identity.revokeHint')})</span>
      </label>
      <input
        id="revoke-reason"
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
        data-testid="revoke-reason"
      />
      <div className="document-acts">
        <button
          type="button"
          disabled={reason.trim() === '' || revoke.isPending}
          onClick={() => revoke.mutate()}
          data-testid="revoke"
        >
          {t('identity.revoke')}
        </button>
      </div>
      {revoke.error && <Trouble error={revoke.error} />}
    </div>
  );
}
