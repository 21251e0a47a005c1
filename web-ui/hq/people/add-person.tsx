/** Lets a person in, with a role. */
import { peopleRoutes, ROLES, type Role } from '@branchline/contracts/http/people';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import '../document/document.css';

/** A password that is shown once. */
export interface Told {
  readonly name: string;
  readonly password: string;
}

export function AddPerson({ done }: { done: (told: Told | null) => Promise<void> }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [branches, setBranches] = useState('');
  const add = useMutation({
    mutationFn: () => {
      const of = branches.split(/[\s,，]+/).filter((each) => each !== '');
      return ask(peopleRoutes.addPerson, {
        body: { name, role, branches: role === 'technician' ? of : [] },
      });
    },
    onSuccess: (told) => {
      setName('');
      setBranches('');
      return done(told);
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Panel title={t('people.add')} testId="add-person">
      <form className="document-form" onSubmit={submit}>
        <p className="soft">{t('people.rolesHint')}</p>
        <div className="document-who">
          <label>
            <span>{t('people.name')}</span>
            <input
              value={name}
              maxLength={40}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
              data-testid="person-name"
            />
          </label>
          <label>
            <span>
              {t('people.branches')} <span className="soft">({t('people.branchesHint')})</span>
            </span>
            <input
              value={branches}
              disabled={role !== 'technician'}
              onChange={(event) => setBranches(event.target.value)}
              data-testid="person-branches"
            />
          </label>
          <label>
            <span>{t('people.role')}</span>
            <select
              value={role}
              onChange={(event) => setRole(ROLES.find((each) => each === event.target.value) ?? 'operator')}
              data-testid="person-role"
            >
              {ROLES.map((each) => (
                <option key={each} value={each}>
                  {t(`people.roles.${each}`)}
                </option>
              ))}
            </select>
          </label>
        </div>
        <div className="document-acts">
          <button className="main" disabled={name.trim() === '' || add.isPending} data-testid="person-add">
            {t('people.go')}
          </button>
        </div>
        {add.error && <Trouble error={add.error} />}
      </form>
    </Panel>
  );
}
