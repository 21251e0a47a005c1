/** When a level deserves a look. The alarms have their own thresholds; these only choose a shape. */
export function fullness(percent: number): 'good' | 'warn' | 'bad' {
  if (percent >= 95) return 'bad';
  return percent >= 85 ? 'warn' : 'good';
}
