/** Lines: each trunk with its channels, and the phones. */
import { useWords } from '../../parts/door/context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { useBox } from '../live.ts';
import { PhoneTable } from './phone-table.tsx';
import { StoppedExtensions } from './stopped-extensions.tsx';
import { TrunkPanel } from './trunk-panel.tsx';

export default function Lines() {
  const { t } = useWords();
  const trunks = useBox((state) => state?.trunks);
  const calls = useBox((state) => state?.calls);
  const phones = useBox((state) => state?.phones);
  if (!trunks || !calls || !phones) return <Empty>{t('page.loading')}</Empty>;
  const all = Object.values(trunks);
  return (
    <div className="page">
      <h1>{t('lines.title')}</h1>
      <StoppedExtensions />
      {all.length === 0 && <Empty>{t('today.noLines')}</Empty>}
      {all.map((trunk) => (
        <TrunkPanel key={trunk.id} trunk={trunk} calls={calls} />
      ))}
      {all.length > 0 && <p className="soft">{t('lines.stripNote')}</p>}
      <PhoneTable phones={phones} />
    </div>
  );
}
