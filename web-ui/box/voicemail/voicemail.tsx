/** The voicemail boxes of the branch: what was left, who has listened. Told anew whenever a count moves. */
import { consoleRoutes } from '@branchline/contracts/http/console';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { Empty, Panel } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useBox } from '../live.ts';
import { MessageTable } from './message-table.tsx';
import './voicemail.css';

export default function Voicemail() {
  const { t, text } = useWords();
  const { ask } = useDoor();
  const counts = useBox((state) => state?.voicemail);
  const asked = useQuery({
    queryKey: ['voicemail', counts],
    queryFn: ({ signal }) => ask(consoleRoutes.voicemail, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="page voicemail">
      <h1>{t('voicemail.title')}</h1>
      <p className="soft">{t('voicemail.hint')}</p>
      {asked.error && <Trouble error={asked.error} retry={() => void asked.refetch()} />}
      {asked.data?.boxes.length === 0 && <Empty>{t('voicemail.noBoxes')}</Empty>}
      {asked.data?.boxes.map(({ box, name, fresh, messages }) => (
        <Panel
          key={box}
          title={text(name)}
          testId="voicemail-box"
          aside={fresh > 0 && <Mark shape="warn">{t('voicemail.news', { count: fresh })}</Mark>}
        >
          {messages.length === 0 ? (
            <Empty>{t('voicemail.none')}</Empty>
          ) : (
            <MessageTable label={text(name)} messages={messages.toReversed()} />
          )}
        </Panel>
      ))}
    </div>
  );
}
