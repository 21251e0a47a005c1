/** Setup: the document in force, a check for a new one, this screen, and about. */
import { useWords } from '../../parts/door/context.ts';
import { LookSwitches } from '../../parts/door/look-switches.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { About } from './about.tsx';
import { CheckDocument } from './check-document.tsx';
import { ClaimPanel } from './claim-panel.tsx';
import { IfItDied } from './if-it-died.tsx';
import { SafeMode } from './safe-mode.tsx';
import { SelfCheck } from './self-check.tsx';
import { DocumentInForce } from './document-in-force.tsx';
import './setup.css';

export default function Setup() {
  const { t } = useWords();
  return (
    <div className="page">
      <h1>{t('setup.title')}</h1>
      <div className="setup">
        <div>
          <SafeMode />
          <DocumentInForce />
        </div>
        <div>
          <ClaimPanel />
          <CheckDocument />
          <SelfCheck />
          <IfItDied />
          <About />
          <Panel title={t('setup.look')}>
            <div className="inner">
              <LookSwitches />
            </div>
          </Panel>
        </div>
      </div>
    </div>
  );
}
