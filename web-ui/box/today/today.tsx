/** Today: the state of the branch in one sentence, and what it is made of. */
import { useNow } from '../../parts/door/context.ts';
import { BoxHealth } from '../../parts/branch/box-health.tsx';
import { Network } from '../../parts/branch/network.tsx';
import { Contacts } from '../../parts/branch/contacts.tsx';
import { Power } from '../../parts/branch/power.tsx';
import { AlarmList } from '../../parts/branch/alarm-list.tsx';
import { useWords } from '../../parts/door/context.ts';
import { factsOfLive } from '../../parts/sentence/facts.ts';
import { sentence } from '../../parts/sentence/sentence.ts';
import { StateSentence } from '../../parts/sentence/state-sentence.tsx';
import { Panel } from '../../parts/show/panel.tsx';
import { useBoxState } from '../live.ts';
import { placeTo } from '../places.ts';
import { CallsNow } from './calls-now.tsx';
import { LinesNow } from './lines-now.tsx';
import { PeopleNow } from './people-now.tsx';
import { TestUps } from './test-ups.tsx';
import { QueuesNow } from './queues-now.tsx';
import '../../parts/show/columns.css';

export function Today() {
  const { t } = useWords();
  const state = useBoxState();
  const now = useNow();
  return (
    <div className="page">
      <StateSentence sentence={sentence(state ? factsOfLive(state) : undefined, now)} linkTo={placeTo} />
      {state && (
        <div className="columns">
          <CallsNow calls={state.calls} />
          <div className="column">
            <LinesNow trunks={state.trunks} calls={state.calls} phones={state.phones} />
            <QueuesNow queues={state.queues} />
            <PeopleNow agents={state.agents} />
          </div>
          <div className="column">
            <Panel title={t('today.box')}>
              <BoxHealth health={state.health.now} />
            </Panel>
            {state.health.now?.network && (
              <Panel title={t('network.title')}>
                <Network network={state.health.now.network} />
              </Panel>
            )}
            {state.health.now?.power && (
              <Panel title={t('power.title')}>
                <Power power={state.health.now.power} test={(ups) => <TestUps ups={ups} />} />
              </Panel>
            )}
            {state.health.now?.contacts && (
              <Panel title={t('contacts.title')}>
                <Contacts contacts={state.health.now.contacts} />
              </Panel>
            )}
            <Panel title={t('today.alarms')} to="/alarms" testId="alarms">
              <AlarmList alarms={Object.values(state.alarms)} />
            </Panel>
          </div>
        </div>
      )}
    </div>
  );
}
