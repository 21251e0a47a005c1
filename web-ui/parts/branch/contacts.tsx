/** Contacts, lamps and relay of a branch. The same here and at headquarters. */
import type { ContactHealth, ContactsHealth } from '@branchline/contracts/contacts';
import { useWords } from '../door/context.ts';
import { Mark, type Shape } from '../show/mark.tsx';
import { useSaid } from '../show/said.ts';
import './box-health.css';

const SHAPES: Record<ContactHealth['state'], Shape> = {
  unknown: 'unknown',
  energised: 'good',
  released: 'warn',
  open: 'warn',
  closed: 'good',
  pressed: 'note',
  'at-rest': 'rest',
  off: 'rest',
  on: 'note',
  slow: 'note',
  fast: 'note',
  double: 'note',
  beeps: 'warn',
};

export function Contacts({ contacts }: { contacts: ContactsHealth }) {
  const { t } = useWords();
  const { lines, resetAskedUntil } = contacts;
  return (
    <dl className="health" data-testid="contacts">
      {resetAskedUntil !== undefined && (
        <div className="health-row" data-testid="reset-asked">
          <dt>{t('contacts.role.button')}</dt>
          <dd>
            <Mark shape="warn">{t('contacts.reset', { at: { at: resetAskedUntil } })}</Mark>
          </dd>
        </div>
      )}
      {lines.map((line) => (
        <Line key={line.name} line={line} />
      ))}
    </dl>
  );
}

function Line({ line: { name, role, shows, state, since, because } }: { line: ContactHealth }) {
  const said = useSaid();
  const { t } = useWords();
  const is = shows === undefined ? t(`contacts.role.${role}`) : t(`contacts.shows.${shows}`);
  return (
    <div className="health-row" data-testid="contact" data-name={name} data-state={state}>
      <dt>{name}</dt>
      <dd>
        <Mark shape={SHAPES[state]}>{t(`contacts.state.${state}`)}</Mark>
        <span className="soft">{is}</span>
        {/* When a lamp began to shine is nobody's business. */}
        {shows === undefined && <span className="soft">{t('contacts.since', { at: { at: since } })}</span>}
        {because !== undefined && <span className="soft mono">{said(because)}</span>}
      </dd>
    </div>
  );
}
