/** The document of one branch at headquarters: how the box stands to it, a new version, its history. */
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { InZone } from '../../parts/door/in-zone.tsx';
import { useWords } from '../../parts/door/context.ts';
import { Empty } from '../../parts/show/panel.tsx';
import { Trouble } from '../../parts/show/trouble.tsx';
import { useFleet } from '../live.ts';
import { useBoxDetail } from '../use-box.ts';
import { Editor } from './editor.tsx';
import { History } from './history.tsx';
import { Origins } from './origins.tsx';
import { StandingPanel } from './standing-panel.tsx';
import { useDocuments, useVersion } from './use-documents.ts';
import { useWho, WhoForm } from './who.tsx';
import './document.css';

export default function DocumentPage() {
  const { box = '' } = useParams();
  const { t, text } = useWords();
  const name = useFleet((state) => state?.boxes[box]?.name);
  const { asked: detail, zone } = useBoxDetail(box);
  const { asked, newest, again } = useDocuments(box);
  const base = useVersion(box, newest > 0 ? newest : null);
  const { fields, set, who } = useWho();
  const [written, write] = useState<string | null>(null);
  if (asked.error) return <Trouble error={asked.error} retry={() => void asked.refetch()} />;
  const documents = asked.data;
  if (!documents) return <Empty>{t('page.loading')}</Empty>;
  const reported = detail.data?.document;
  const given = newest > 0 ? base.data?.source : reported == null ? '' : JSON.stringify(reported, null, 2);
  const source = written ?? given ?? '';
  const done = async (): Promise<void> => {
    write(null);
    set({ ...fields, reason: '' });
    await again();
  };
  const shared = { box, newest, who, write, done };
  return (
    <InZone zone={zone}>
      <div className="page">
        <p>
          <Link to={`/boxes/${encodeURIComponent(box)}`}>← {name ? text(name) : box}</Link>
        </p>
        <h1>{t('documents.title', { branch: name ? text(name) : box })}</h1>
        <WhoForm fields={fields} set={set} />
        <div className="document-panes">
          <div>
            <StandingPanel documents={documents} {...shared} />
            <Editor source={source} {...shared} />
            <Origins {...shared} />
          </div>
          <div>
            <History versions={documents.versions} {...shared} />
          </div>
        </div>
      </div>
    </InZone>
  );
}
