/** A new maintenance window: what is worked on, for how long, with a note. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useWords } from '../door/context.ts';
import { Trouble } from '../show/trouble.tsx';
import { useThing } from './thing.ts';

const HOUR_MS = 3_600_000;
const DURATIONS = { h1: HOUR_MS, h4: 4 * HOUR_MS, h12: 12 * HOUR_MS, d1: 24 * HOUR_MS } as const;
type Duration = keyof typeof DURATIONS;

export interface NewWindow {
  readonly what: readonly string[];
  readonly forMs: number;
  readonly note?: string;
}

interface MaintenanceFormProps {
  /** What may be worked on in this branch, as the tree of alarms names things. */
  readonly things: readonly string[];
  readonly open: (window: NewWindow) => Promise<unknown>;
}

export function MaintenanceForm({ things, open: begin }: MaintenanceFormProps) {
  const { t } = useWords();
  const thing = useThing();
  const [what, setWhat] = useState('everything');
  const [duration, setDuration] = useState<Duration>('h1');
  const [note, setNote] = useState('');
  const open = useMutation({
    mutationFn: () =>
      begin({
        what: [what],
        forMs: DURATIONS[duration],
        ...(note.trim() !== '' && { note: note.trim() }),
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

/** Those of a branch with these gateways, trunks, telephones and disks. */
export function thingsOf(branch: {
  readonly gateways: Iterable<string>;
  readonly trunks: readonly string[];
  readonly phones: readonly string[];
  readonly disks: readonly string[];
}): readonly string[] {
  return [
    'everything',
    'mains',
    ...[...new Set(branch.gateways)].map((name) => `gateway ${name}`),
    ...branch.trunks.map((name) => `trunk ${name}`),
    ...branch.phones.map((name) => `phone ${name}`),
    'engine',
    'uplink',
    'recordings',
    ...branch.disks.map((mount) => `disk ${mount}`),
    'mail',
  ];
}
