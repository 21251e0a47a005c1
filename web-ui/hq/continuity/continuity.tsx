/** Who answers each branch's numbers now, and why; the hosts of their stand-ins; drills. */
import type { BranchContinuity, StandInHost } from '@branchline/contracts/http/continuity';
import type { DrillSummary } from '@branchline/contracts/http/drills';
import { Link } from 'react-router';
import { useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useFleet } from '../live.ts';
import { Answers, CarrierSays, StandInSays } from './continuity-says.tsx';
import { DrillTable, ThisQuarter } from './drill-table.tsx';
import { drillShape, STATE_SHAPES, useContinuity, useDrills } from './use-continuity.ts';
import './continuity.css';

export default function Continuity() {
  const { t } = useWords();
  const asked = useContinuity();
  const drills = useDrills();
  const error = asked.error ?? drills.error;
  const branches = asked.data?.branches ?? [];
  return (
    <div className="page">
      <h1>{t('continuity.title')}</h1>
      {error && <Trouble error={error} retry={() => void Promise.all([asked.refetch(), drills.refetch()])} />}
      {asked.isPending && <Empty>{t('page.loading')}</Empty>}
      {asked.data && branches.length === 0 && <Empty>{t('continuity.none')}</Empty>}
      {branches.length > 0 && (
        <div className="panel">
          <Branches branches={branches} drills={drills.data?.drills ?? []} />
        </div>
      )}
      {asked.data && branches.length > 0 && <Hosts hosts={asked.data.hosts} />}
      {drills.data && branches.length > 0 && (
        <Panel
          title={t('drills.title')}
          aside={<ThisQuarter drills={drills.data.drills} branches={branches.map(({ box }) => box)} />}
          testId="drills"
        >
          <DrillTable drills={drills.data.drills} />
        </Panel>
      )}
    </div>
  );
}

interface BranchesProps {
  readonly branches: readonly BranchContinuity[];
  readonly drills: readonly DrillSummary[];
}

/** Who needs help first. */
const ORDER: readonly BranchContinuity['state'][] = ['suspect', 'standing-in', 'returning', 'serving'];

function Branches({ branches, drills }: BranchesProps) {
  const { t } = useWords();
  const columns: Column<BranchContinuity>[] = [
    { key: 'branch', title: t('continuity.branch'), small: 'head', cell: ({ box }) => <Named box={box} /> },
    { key: 'answers', title: t('continuity.answersNow'), cell: (branch) => <Answers of={branch} /> },
    {
      key: 'why',
      title: t('continuity.why'),
      small: 'whole',
      cell: ({ state, because, since }) => (
        <>
          <Mark shape={STATE_SHAPES[state]} testId="continuity-state">
            {t(`continuity.state.${state}`)}
          </Mark>{' '}
          {t(`continuity.ground.${because}`)} <Moment at={since} />
        </>
      ),
    },
    { key: 'stand-in', title: t('continuity.standIn'), cell: (branch) => <StandInSays of={branch} /> },
    { key: 'carrier', title: t('continuity.promise'), cell: ({ carrier }) => <CarrierSays of={carrier} /> },
    {
      key: 'drill',
      title: t('continuity.last'),
      cell: ({ box }) => <LastDrill of={drills.find((drill) => drill.box === box)} />,
    },
  ];
  return (
    <Table
      label={t('continuity.title')}
      columns={columns}
      rows={branches.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))}
      rowKey={({ box }) => box}
      rowTestId="continuity-row"
    />
  );
}

function Named({ box }: { box: string }) {
  const { text } = useWords();
  const name = useFleet((state) => state?.boxes[box]?.name);
  return (
    <Link to={`/boxes/${encodeURIComponent(box)}#continuity`} data-testid="continuity-link">
      {name ? text(name) : box}
    </Link>
  );
}

function LastDrill({ of }: { of: DrillSummary | undefined }) {
  const { t } = useWords();
  if (!of) return <span className="soft">{t('continuity.never')}</span>;
  return (
    <Link to={`/drills/${of.id}`}>
      <Mark shape={drillShape(of.state)}>{t(`drills.state.${of.state}`)}</Mark>
    </Link>
  );
}

function Hosts({ hosts }: { hosts: readonly StandInHost[] }) {
  const { t } = useWords();
  const columns: Column<StandInHost>[] = [
    { key: 'host', title: t('continuity.host'), small: 'head', cell: ({ host }) => host },
    {
      key: 'online',
      title: '',
      cell: ({ online }) => (
        <Mark shape={online ? 'good' : 'bad'}>{t(online ? 'state.online' : 'state.offline')}</Mark>
      ),
    },
    {
      key: 'running',
      title: t('continuity.running'),
      number: true,
      cell: ({ running, most, branches }) =>
        most !== null && branches.length > most ? (
          <Mark shape="warn">{t('continuity.atOnce', { running, most, all: branches.length })}</Mark>
        ) : (
          `${running} / ${most ?? '–'}`
        ),
    },
    { key: 'carries', title: t('continuity.carries'), cell: (host) => <Carries host={host} /> },
    { key: 'serves', title: t('continuity.serves'), cell: ({ branches }) => branches.join(', ') },
  ];
  return (
    <Panel title={t('continuity.hosts')} testId="hosts">
      {hosts.length === 0 ? (
        <Empty>{t('continuity.noHosts')}</Empty>
      ) : (
        <Table
          label={t('continuity.hosts')}
          columns={columns}
          rows={hosts}
          rowKey={({ host }) => host}
          rowTestId="host-row"
        />
      )}
    </Panel>
  );
}

/** Before it is needed: what its memory and cores are enough for, and what to do where more is promised. */
function Carries({ host: { most, capacity } }: { host: StandInHost }) {
  const { t } = useWords();
  if (capacity === null) return <span className="soft">{t('continuity.sizeUnknown')}</span>;
  const { byMemory, callsEach, calls } = capacity;
  return (
    <>
      {t('continuity.capacity', { byMemory, callsEach, calls })}{' '}
      {most !== null && most > byMemory && (
        <Mark shape="warn" testId="host-too-small">
          {t('continuity.tooMany', { most, byMemory })}
        </Mark>
      )}
    </>
  );
}
