/** One line a branch: what is the matter with it, and its figures. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { Link } from 'react-router';
import { families } from '../../parts/branch/alarm-tree.ts';
import { fullness } from '../../parts/branch/levels.ts';
import { useNow, useWords } from '../../parts/door/context.ts';
import { MarkShape, Mark } from '../../parts/show/mark.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { InZone } from '../../parts/door/in-zone.tsx';
import { StandingMark } from '../document/standing-mark.tsx';
import { knownZone } from '../zone.ts';
import { LedgerMark } from './ledger-mark.tsx';
import { fullestDisk, type Row } from './rank.ts';

/** Two reports missed: every figure of that branch is old. */
const OLD_MS = 75_000;

export function FleetTable({ rows }: { rows: readonly Row[] }) {
  const { t, text } = useWords();
  const columns: Column<Row>[] = [
    {
      key: 'branch',
      title: t('fleet.branch'),
      small: 'head',
      cell: ({ box }) => (
        <Link to={`/boxes/${encodeURIComponent(box.box)}`} className="fleet-name" data-testid="box-link">
          {box.name ? text(box.name) : box.box}
        </Link>
      ),
    },
    {
      key: 'state',
      title: t('fleet.state'),
      small: 'whole',
      cell: ({ box, sentence }) => (
        <InZone zone={knownZone(box.timezone)}>
          <State sentence={sentence} />
        </InZone>
      ),
    },
    { key: 'calls', title: t('fleet.calls'), number: true, cell: ({ box }) => box.liveCalls },
    {
      key: 'lines',
      title: t('fleet.lines'),
      number: true,
      cell: ({ box }) => <Share of={trunkShare(box)} />,
    },
    {
      key: 'phones',
      title: t('fleet.phones'),
      number: true,
      cell: ({ box }) => <Share of={phoneShare(box)} />,
    },
    { key: 'engine', title: t('fleet.engine'), cell: ({ box }) => <Engine box={box} /> },
    { key: 'disk', title: t('fleet.disk'), number: true, cell: ({ box }) => <Disk box={box} /> },
    { key: 'alarms', title: t('fleet.alarms'), number: true, cell: ({ box }) => <Alarms box={box} /> },
    { key: 'ledger', title: t('fleet.ledger'), cell: ({ box }) => <LedgerMark ledger={box.ledger} /> },
    {
      key: 'document',
      title: t('documents.column'),
      cell: ({ box }) => <StandingMark of={box.documents} />,
    },
    { key: 'version', title: t('fleet.version'), cell: ({ box }) => box.version ?? '–' },
    {
      key: 'age',
      title: t('fleet.age'),
      number: true,
      small: 'corner',
      cell: ({ box }) => <DataAge box={box} />,
    },
  ];
  return (
    <Table
      label={t('fleet.title')}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.box.box}
      rowTestId="box-row"
      rowClass={({ box }) => (box.online ? '' : 'is-old')}
    />
  );
}

/** In the branch's own time, as its page tells it. */
function State({ sentence }: { sentence: Row['sentence'] }) {
  const words = useWords();
  return (
    <span className="fleet-state" data-testid="box-state" data-tone={sentence.tone}>
      <MarkShape shape={sentence.tone} /> {words.say(sentence.says)}
    </span>
  );
}

type Counted = { readonly good: number; readonly all: number } | null;

function trunkShare({ health }: BoxSummary): Counted {
  if (!health) return null;
  return { good: health.trunks.filter((trunk) => trunk.state === 'up').length, all: health.trunks.length };
}
function phoneShare({ health }: BoxSummary): Counted {
  if (!health) return null;
  return { good: health.phones.filter((phone) => phone.reachable).length, all: health.phones.length };
}

function Share({ of }: { of: Counted }) {
  if (!of) return <span className="soft">–</span>;
  const says = `${of.good} / ${of.all}`;
  return of.good < of.all ? <Mark shape="warn">{says}</Mark> : says;
}

function Engine({ box }: { box: BoxSummary }) {
  const { t } = useWords();
  const state = box.health?.engine.state;
  if (!state) return <span className="soft">–</span>;
  // The last word of a box that is away is no word about now.
  const shape = !box.online ? 'unknown' : state === 'up' ? 'good' : 'bad';
  return <Mark shape={shape}>{t(`state.${state}`)}</Mark>;
}

function Disk({ box }: { box: BoxSummary }) {
  const { t } = useWords();
  if (!box.health) return <span className="soft">–</span>;
  const percent = fullestDisk(box);
  const says = t('unit.percent', { n: Math.round(percent) });
  const level = fullness(percent);
  return level === 'good' ? says : <Mark shape={level}>{says}</Mark>;
}

function Alarms({ box }: { box: BoxSummary }) {
  const causes = families(box.alarms).filter(({ head }) => head.window === undefined);
  if (causes.length === 0) return <span className="soft">0</span>;
  const grave = causes.some(({ weight }) => weight === 'critical' || weight === 'major');
  const warned = causes.some(({ weight }) => weight === 'warning');
  return <Mark shape={grave ? 'bad' : warned ? 'warn' : 'note'}>{causes.length}</Mark>;
}

function DataAge({ box }: { box: BoxSummary }) {
  const { t, span } = useWords();
  const now = useNow();
  if (!box.health) return <span className="soft">{t('fleet.noData')}</span>;
  const ms = now - Date.parse(box.health.at);
  return ms > OLD_MS ? <Mark shape="warn">{span(ms)}</Mark> : <span className="soft">{span(ms)}</span>;
}
