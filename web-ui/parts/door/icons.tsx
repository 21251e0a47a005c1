/** The few drawings of the navigation, 20 by 20, drawn with lines. */
const icon = (path: string) => (
  <svg viewBox="0 0 20 20" aria-hidden="true">
    <path d={path} />
  </svg>
);

export const icons = {
  today: icon('M3 5h14M3 10h9M3 15h6M14 12l2.5 2.5L14 17'),
  lines: icon('M4 3v14M8 3v14M12 3v14M16 3v14'),
  queues: icon('M4 6.5a2 2 0 1 0 0-.01M10 6.5a2 2 0 1 0 0-.01M16 6.5a2 2 0 1 0 0-.01M3 16h14M14 13l3 3-3 3'),
  calls: icon('M3 4v13h14M6 13h4M8 9h6M11 5h6'),
  voicemail: icon('M5.5 7a3 3 0 1 0 0 6a3 3 0 1 0 0-6M14.5 7a3 3 0 1 0 0 6a3 3 0 1 0 0-6M5.5 13h9'),
  alarms: icon('M10 3l8 14H2zM10 8v4M10 14.4v.1'),
  setup: icon('M3 5h8M15 5h2M13 3v4M3 10h2M9 10h8M7 8v4M3 15h8M15 15h2M13 13v4'),
  audit: icon('M5 3h10v14H5zM8 7h4M8 10h4M8 13h2'),
  people: icon(
    'M7 9a3 3 0 1 0 0-.01M2 17a5 5 0 0 1 10 0M13 9.5a2.5 2.5 0 1 0 0-.01M14 12.5a4.5 4.5 0 0 1 4 4.5',
  ),
  continuity: icon('M3 10h4M7 10c3 0 2-5 5-5h5M7 10c3 0 2 5 5 5h5M15 3l2 2-2 2M15 13l2 2-2 2'),
  rollouts: icon('M3 10h3M9 5h3v10H9zM15 3h2v14h-2M6 8v4'),
  templates: icon('M3 6l7-3 7 3-7 3zM3 10l7 3 7-3M3 14l7 3 7-3'),
  fleet: icon('M3 3h5v5H3zM12 3h5v5h-5zM3 12h5v5H3zM12 12h5v5h-5z'),
};
