/** Maintenance windows: those in force, and a new one. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { WindowTable } from '../../parts/branch/window-table.tsx';
import { useThing } from '../../parts/branch/thing.ts';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useBox } from '../live.ts';

const HOUR_MS = 3_600_000;
const DURATIONS = { h1: HOUR_MS, h4: 4 * HOUR_MS, h12: 12 * HOUR_MS, d1: 24 * HOUR_MS } as const;
type Duration = keyof typeof DURATIONS;

export function Maintenance() {
  const { t } = useWords();
  const { ask } = useDoor();
  const health = useBox((state) => state?.health.now);
  const windows = health?.maintenance ?? [];
  const end = useMutation({
    mutationFn: (window: string) => ask(consoleRoutes.endMaintenance, { path: { window }, body: {} }),
  });
  return (
    <Panel title={t('alarms.maintenance')} testId="maintenance">
      <p className="empty">{t('alarms.maintenanceHint')}</p>
      {end.error && <Trouble error={end.error} />}
      {windows.length === 0 ? (
        <Empty>{t('alarms.noMaintenance')}</Empty>
      ) : (
        <WindowTable windows={windows} busy={end.isPending} onEnd={(id) => end.mutate(id)} />
      )}
      <Opening />
    </Panel>
  );
}

function Opening() {
  const { t } = useWords();
  const { ask } = useDoor();
  const thing = useThing();
  const things = useThings();
  const [what, setWhat] = useState('everything');
  const [duration, setDuration] = useState<Duration>('h1');
  const [note, setNote] = useState('');
  const open = useMutation({
    mutationFn: () =>
      ask(consoleRoutes.openMaintenance, {
        body: {
          what: [what],
          forMs: DURATIONS[duration],
          ...(note.trim() !== '' && { note }),
        },
      }),
    onSuccess: () => setNote(''),
  });
  return (
    <form
      className="maintenance-form"
      onSubmit={(event) => {
        event.preventDefault();
        open.mutate();
      }}
    >
      {open.error && <Trouble error={open.error} />}
      <label>
        {t('alarms.what')}
        <select value={what} onChange={(event) => setWhat(event.target.value)} data-testid="maintain-what">
          {things.map((each) => (
            <option key={each} value={each}>
              {thing(each)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('alarms.duration')}
        <select value={duration} onChange={(event) => setDuration(event.target.value as Duration)}>
          {(Object.keys(DURATIONS) as Duration[]).map((each) => (
            <option key={each} value={each}>
              {t(`alarms.hours.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('alarms.note')}
        <input value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
      </label>
      <button type="submit" disabled={open.isPending} data-testid="maintain">
        {t(open.isPending ? 'alarms.beginning' : 'alarms.begin')}
      </button>
    </form>
  );
}

/** What may be worked on in this branch. */
function useThings(): readonly string[] {
  const trunks = useBox((state) => state?.trunks);
  const phones = useBox((state) => state?.phones);
  const health = useBox((state) => state?.health.now);
  const gateways = new Set(Object.values(trunks ?? {}).map(({ gateway }) => gateway));
  return [
    'everything',
    'mains',
    ...[...gateways].map((name) => `gateway ${name}`),
    ...Object.keys(trunks ?? {}).map((name) => `trunk ${name}`),
    ...Object.keys(phones ?? {}).map((name) => `phone ${name}`),
    'engine',
    'uplink',
    'recordings',
    ...(health?.disks ?? []).map(({ mount }) => `disk ${mount}`),
    'mail',
  ];
}
