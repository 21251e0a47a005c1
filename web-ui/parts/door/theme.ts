/** Light, dark, or as the system says. */
export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export function themeFrom(stored: string | null): Theme {
  return THEMES.find((theme) => theme === stored) ?? 'auto';
}

export function putOn(theme: Theme, root: HTMLElement): void {
  if (theme === 'auto') delete root.dataset.theme;
  else root.dataset.theme = theme;
}
