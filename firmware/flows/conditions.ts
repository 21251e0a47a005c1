/** Whether a condition of a flow holds for a caller at a moment. Pure. */
import type { Condition } from '@branchline/contracts/branch/flows/model';
import type { CallerPattern } from '@branchline/contracts/branch/flows/values';
import type { FlowContext } from './context.ts';
import { localTime } from './hours.ts';

/** All that it names must hold. */
export function holds(condition: Condition, context: FlowContext, timezone: string, now: number): boolean {
  const { callers, tag, variable, is, starts, days, time } = condition;
  const { variables, tags } = context;
  if (callers && !callers.some((pattern) => isCaller(variables.caller ?? '', pattern))) return false;
  if (tag !== undefined && !tags.includes(tag)) return false;
  if (variable !== undefined && !valueFits(variables[variable] ?? '', is, starts)) return false;
  if (days === undefined && time === undefined) return true;
  const { weekday, minute } = localTime(timezone, now);
  if (days && !days.includes(weekday)) return false;
  return !time || (minute >= time.from && minute < time.to);
}

function isCaller(caller: string, pattern: CallerPattern): boolean {
  if ('anonymous' in pattern) return caller === 'anonymous' || caller === '';
  return 'number' in pattern ? caller === pattern.number : caller.startsWith(pattern.prefix);
}

/** With neither `is` nor `starts` it is enough that there is a value. */
function valueFits(value: string, is: readonly string[] | undefined, starts: string | undefined): boolean {
  if (is === undefined && starts === undefined) return value !== '';
  return (is === undefined || is.includes(value)) && (starts === undefined || value.startsWith(starts));
}
