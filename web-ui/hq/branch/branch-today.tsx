/** What is known of one branch at headquarters, in the order of the box's own page. */
import type { BoxSummary, boxDetail } from '@branchline/contracts/http/controller';
import { Link } from 'react-router';
import type { z } from 'zod';
import { Network } from '../../parts/branch/network.tsx';
import { Contacts } from '../../parts/branch/contacts.tsx';
import { Power } from '../../parts/branch/power.tsx';
import { BoxHealth } from '../../parts/branch/box-health.tsx';
import { useNow, useWords } from '../../parts/door/context.ts';
import { factsOfBox } from '../../parts/sentence/facts.ts';
import { sentence } from '../../parts/sentence/sentence.ts';
import { StateSentence } from '../../parts/sentence/state-sentence.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { BranchCommands } from './branch-commands.tsx';
import { BranchOwnPage } from './branch-page.tsx';
import { BranchCalls } from './branch-calls.tsx';
import { Identity } from '../enrolment/identity.tsx';
import { BranchDocument } from './branch-document.tsx';
import { BranchAlarms } from './branch-alarms.tsx';
import { BranchContinuityPanel } from '../continuity/branch-continuity.tsx';
import { BranchLines } from './branch-lines.tsx';
import { BranchRecord } from './branch-record.tsx';
import '../../parts/show/columns.css';

interface TodayProps {
  readonly box: BoxSummary;
  readonly detail: z.output<typeof boxDetail> | undefined;
}

export function BranchToday({ box, detail }: TodayProps) {
  const { t, text } = useWords();
  const now = useNow();
  return (
    <div className="page">
      <p>
        <Link to="/">← {t('branch.back')}</Link>
      </p>
      <div className="page-head">
        <h1>
          {box.name ? text(box.name) : box.box} <span className="soft mono">{box.box}</span>
        </h1>
        <Seen box={box} now={now} />
      </div>
      <StateSentence sentence={sentence(factsOfBox(box), now)} linkTo={() => undefined} />
      <div className="columns">
        <div className="column">
          <BranchCalls box={box.box} />
          <BranchAlarms box={box} />
        </div>
        <div className="column">
          <BranchContinuityPanel box={box.box} />
          <BranchLines health={box.health} />
          <BranchRecord box={box} />
          <BranchCommands box={box} />
          <BranchOwnPage box={box} />
        </div>
        <div className="column">
          <Panel title={t('today.box')}>
            <BoxHealth health={box.health ?? undefined} />
          </Panel>
          {box.health?.network && (
            <Panel title={t('network.title')}>
              <Network network={box.health.network} />
            </Panel>
          )}
          {box.health?.power && (
            <Panel title={t('power.title')}>
              <Power power={box.health.power} />
            </Panel>
          )}
          {box.health?.contacts && (
            <Panel title={t('contacts.title')}>
              <Contacts contacts={box.health.contacts} />
            </Panel>
          )}
        </div>
      </div>
      <BranchDocument detail={detail} />
      <Identity box={box.box} />
    </div>
  );
}

function Seen({ box, now }: { box: BoxSummary; now: number }) {
  const { t } = useWords();
  const report = box.health;
  return (
    <span>
      <Mark shape={box.online ? 'good' : 'bad'} testId="presence">
        {t(box.online ? 'state.online' : 'state.offline')}
      </Mark>{' '}
      <span className="soft" data-testid="data-age">
        {report
          ? t('branch.seen', { at: { at: report.at }, age: { span: now - Date.parse(report.at) } })
          : t('branch.neverSeen')}
      </span>
    </span>
  );
}
