/** One line where it matters which controller leads: who does, since when, and who else is there. Nothing where one is alone. */
import { controllersRoutes } from '@branchline/contracts/http/controllers';
import { useQuery } from '@tanstack/react-query';
import { useDoor, useWords } from '../parts/door/context.ts';
import { Moment } from '../parts/show/age.tsx';
import { whoLeads } from './who-leads.ts';

const AGAIN_MS = 5_000;

export function WhoLeadsLine() {
  const { t } = useWords();
  const { ask } = useDoor();
  const asked = useQuery({
    queryKey: ['controllers'],
    queryFn: ({ signal }) => ask(controllersRoutes.controllers, { signal }),
    refetchInterval: AGAIN_MS,
  });
  const found = whoLeads(asked.data?.controllers ?? []);
  if (!found) return null;
  const { leader, others, away } = found;
  const named = (list: typeof others): string =>
    list.map(({ name, here }) => (here ? t('controllers.here', { name }) : name)).join(t('controllers.and'));
  return (
    <p className="soft" data-testid="who-leads">
      {leader?.leadsSince ? (
        <>
          {t('controllers.leads', { name: named([leader]) })} <Moment at={leader.leadsSince} />
        </>
      ) : (
        t('controllers.nobody')
      )}
      {others.length > 0 && <> {t('controllers.others', { names: named(others) })}</>}
      {away.length > 0 && <> {t('controllers.away', { names: named(away) })}</>}
    </p>
  );
}
