/** What a rollout would do: how many boxes in which wave, when, and what hinders it. */
import type { RolloutPreview } from '@branchline/contracts/http/rollouts';
import { useWords } from '../../parts/door/context.ts';
import { Mark } from '../../parts/show/mark.tsx';
import { FaultList } from '../../parts/branch/fault-list.tsx';
import '../../parts/show/rows.css';

/** The others are of the same kind, as a rule. */
const MOST_SHOWN = 20;

export function Preview({ preview }: { preview: RolloutPreview }) {
  const { t } = useWords();
  const changing = preview.boxes.filter(({ touched }) => touched);
  const same = preview.boxes.filter(({ touched, hinders }) => !touched && hinders === null).length;
  const waves = new Map<number, number>();
  for (const { wave } of changing) if (wave !== null) waves.set(wave, (waves.get(wave) ?? 0) + 1);
  const hours = changing.flatMap(({ quietHours }) => quietHours ?? []);
  const hindered = preview.boxes.filter(({ hinders }) => hinders !== null).slice(0, MOST_SHOWN);
  return (
    <div data-testid="preview" data-ok={preview.ok}>
      <p className="document-says">
        <Mark shape={preview.ok ? 'good' : 'bad'}>
          {preview.ok ? t('rollouts.fits', { count: changing.length }) : t('rollouts.hindered')}
        </Mark>
      </p>
      <ul className="rows">
        {[...waves]
          .sort(([one], [other]) => one - other)
          .map(([wave, count]) => (
            <li key={wave}>{t('rollouts.inWave', { number: wave + 1, count })}</li>
          ))}
        {hours.length > 0 && (
          <li>{t('rollouts.quietHours', { least: Math.min(...hours), most: Math.max(...hours) })}</li>
        )}
        {same > 0 && <li>{t('rollouts.same', { count: same })}</li>}
        {preview.problems.map(({ field, message }) => (
          <li key={message}>
            <code>{field}</code> {message}
          </li>
        ))}
        {hindered.map(({ box, hinders, faults }) => (
          <li key={box}>
            <Mark shape="bad">{box}</Mark> {hinders !== null && t(`rollouts.hinders.${hinders}`)}
            <FaultList faults={faults} />
          </li>
        ))}
      </ul>
    </div>
  );
}
