/** People of headquarters and what each may do: the owner's page. */
import { peopleRoutes, type Person } from '@branchline/contracts/http/people';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Moment } from '../../parts/show/age.tsx';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Table, type Column } from '../../parts/show/table.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { AddPerson, type Told } from './add-person.tsx';

export default function PeoplePage() {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const [told, tell] = useState<Told | null>(null);
  const asked = useQuery({
    queryKey: ['people'],
    queryFn: ({ signal }) => ask(peopleRoutes.people, { signal }),
  });
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['people'] });
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  if (!asked.data) return <Empty>{t('page.loading')}</Empty>;
  const done = async (made: Told | null): Promise<void> => {
    tell(made);
    await again();
  };
  return (
    <div className="page">
      <h1>{t('people.title')}</h1>
      <div aria-live="polite">
        {told && (
          <p data-testid="told-password">
            <Mark shape="note">{t('people.password', { ...told })}</Mark>
          </p>
        )}
      </div>
      <Panel title={t('people.title')} aside={asked.data.people.length} testId="people">
        <List people={asked.data.people} done={done} />
      </Panel>
      <AddPerson done={done} />
    </div>
  );
}

interface ListProps {
  readonly people: readonly Person[];
  readonly done: (told: Told | null) => Promise<void>;
}

function List({ people, done }: ListProps) {
  const { t } = useWords();
  const columns: readonly Column<Person>[] = [
    { key: 'name', title: t('people.name'), cell: ({ name }) => <strong>{name}</strong>, small: 'head' },
    { key: 'role', title: t('people.role'), cell: ({ role }) => t(`people.roles.${role}`) },
    {
      key: 'branches',
      title: t('people.branches'),
      cell: ({ role, branches }) =>
        role === 'technician' ? branches.join(', ') || '–' : t('people.allBranches'),
    },
    {
      key: 'seen',
      title: t('people.seen'),
      cell: ({ seenAt }) => (seenAt === null ? t('people.never') : <Moment at={seenAt} />),
    },
    { key: 'acts', title: '', cell: ({ name }) => <Acts name={name} done={done} />, small: 'whole' },
  ];
  return (
    <Table
      label={t('people.title')}
      columns={columns}
      rows={people}
      rowKey={({ name }) => name}
      rowTestId="person"
    />
  );
}

/** To remove takes two presses: nothing brings the person's password back. */
function Acts({ name, done }: { name: string; done: ListProps['done'] }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [sure, setSure] = useState(false);
  const replace = useMutation({
    mutationFn: () => ask(peopleRoutes.newPassword, { path: { person: name } }),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: () => ask(peopleRoutes.removePerson, { path: { person: name } }),
    onSuccess: () => done(null),
  });
  const error = replace.error ?? remove.error;
  return (
    <>
      <button type="button" className="quiet" onClick={() => replace.mutate()} data-testid="new-password">
        {t('people.newPassword')}
      </button>{' '}
      <button
        type="button"
        className="quiet"
        onClick={() => (sure ? remove.mutate() : setSure(true))}
        onBlur={() => setSure(false)}
        data-testid="remove"
      >
        {sure ? t('people.removeSure', { name }) : t('people.remove')}
      </button>
      {error && <Trouble error={error} />}
    </>
  );
}
