/** Who looks at this page from headquarters, for as long as somebody does, and the button that ends it. */
import { visitRoutes } from '@branchline/contracts/http/visits';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDoor, useWords } from '../parts/door/context.ts';
import { Mark } from '../parts/show/mark.tsx';
import { Trouble } from '../parts/show/trouble.tsx';
import './visit-banner.css';

const LOOK_MS = 5_000;

export function VisitBanner() {
  const { t } = useWords();
  const { ask } = useDoor();
  const queries = useQueryClient();
  const visit = useQuery({
    queryKey: ['visit'],
    queryFn: ({ signal }) => ask(visitRoutes.visit, { signal }),
    refetchInterval: LOOK_MS,
  }).data;
  const end = useMutation({
    mutationFn: () => ask(visitRoutes.endVisit),
    onSettled: () => queries.invalidateQueries({ queryKey: ['visit'] }),
  });
  if (!visit) return null;
  const { who, until } = visit;
  const role = isRole(visit.role) ? t(`people.roles.${visit.role}`) : visit.role;
  return (
    <div className="visit-banner" role="status" data-testid="visit">
      <Mark shape="busy">{t('visit.here', { who, role, until: { at: until } })}</Mark>
      <button type="button" disabled={end.isPending} onClick={() => end.mutate()} data-testid="visit-end">
        {t('visit.end')}
      </button>
      {end.error && <Trouble error={end.error} />}
    </div>
  );
}

const NAMES = ['owner', 'operator', 'auditor', 'technician'] as const;
const isRole = (role: string): role is (typeof NAMES)[number] => (NAMES as readonly string[]).includes(role);
