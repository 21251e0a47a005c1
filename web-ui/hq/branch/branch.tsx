/** One branch: its Today as seen from here, with the age of what is seen; its document; its calls. */
import { useParams } from 'react-router';
import { Refusal } from '../../live/ask.ts';
import { InZone } from '../../parts/door/in-zone.tsx';
import { useWords } from '../../parts/door/context.ts';
import { PeopleContext } from '../../parts/people-context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useFleet } from '../live.ts';
import { useBoxDetail } from '../use-box.ts';
import { BranchToday } from './branch-today.tsx';

export default function BranchPage() {
  const { box: id = '' } = useParams();
  const { t } = useWords();
  const live = useFleet((state) => state?.boxes[id]);
  const { asked, people, zone } = useBoxDetail(id);
  const box = live ?? asked.data;
  if (!box) {
    if (asked.isPending) return <Empty>{t('page.loading')}</Empty>;
    if (asked.error instanceof Refusal && asked.error.problem.code === 'not-found')
      return <NoSuchBranch id={id} />;
    return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  }
  return (
    <InZone zone={zone}>
      <PeopleContext value={people}>
        <BranchToday box={box} detail={asked.data} />
      </PeopleContext>
    </InZone>
  );
}

function NoSuchBranch({ id }: { id: string }) {
  const { t } = useWords();
  return (
    <div className="page">
      <h1>{t('branch.notFound', { box: id })}</h1>
      <p>{t('branch.notFoundNext')}</p>
    </div>
  );
}
