/** A call drawn over time: the caller above, each person who was rung below, the recording under them, all on one axis. */
import type { CallSummary } from '@branchline/contracts/call-story';
import type { CSSProperties, ReactNode } from 'react';
import { useWords } from '../door/context.ts';
import { useNames } from '../people-context.ts';
import { stopwatch } from '../time.ts';
import { ticks, type Bar, type Course } from './course.ts';
import './course-chart.css';

const MOST_TICKS = 8;

interface ChartProps {
  readonly course: Course;
  readonly call: CallSummary;
}

export function CourseChart({ course, call }: ChartProps) {
  const { t } = useWords();
  const names = useNames();
  const total = course.to - course.from;
  const share = (ms: number): string => `${(Math.min(1, Math.max(0, ms / total)) * 100).toFixed(3)}%`;
  const place = (bar: { from: number; to: number }): CSSProperties => ({
    left: share(bar.from - course.from),
    width: share(Math.min(bar.to, course.to) - bar.from),
  });
  return (
    <div className="course" data-testid="course">
      <LaneRow label={names.party(call.from)}>
        {course.caller.map((bar) => (
          <BarShape key={bar.from} bar={bar} style={place(bar)} />
        ))}
      </LaneRow>
      {course.lanes.map((lane) => (
        <LaneRow key={lane.party.kind + lane.party.id} label={names.party(lane.party)}>
          {lane.bars.map((bar) => (
            <BarShape key={bar.from} bar={bar} style={place(bar)} />
          ))}
        </LaneRow>
      ))}
      {course.recording && (
        <LaneRow label={t('call.lanes.recording')}>
          <span
            className="course-bar is-recording"
            style={place(course.recording)}
            title={stopwatch(course.recording.to - course.recording.from)}
          />
        </LaneRow>
      )}
      <div className="course-lane course-axis" aria-hidden="true">
        <span />
        <div className="course-track">
          {ticks(total, MOST_TICKS).map((tick) => (
            <span key={tick} className="course-tick" style={{ left: share(tick) }}>
              {stopwatch(tick)}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}

function LaneRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="course-lane">
      <span className="course-who">{label}</span>
      <div className="course-track">{children}</div>
    </div>
  );
}

function BarShape({ bar, style }: { bar: Bar; style: CSSProperties }) {
  const { t } = useWords();
  const says = `${t(`phase.${bar.kind}`)} ${stopwatch(bar.to - bar.from)}`;
  return (
    <span className={`course-bar is-${bar.kind}`} style={style} title={says}>
      <span>{says}</span>
    </span>
  );
}
