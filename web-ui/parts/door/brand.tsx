export function Brand() {
  return (
    <span className="brand">
      <svg viewBox="0 0 20 16" width="20" height="16" aria-hidden="true">
        <g fill="currentColor">
          <rect x="0" y="1" width="3.2" height="14" />
          <rect x="5.6" y="1" width="3.2" height="14" />
          <rect x="11.2" y="1" width="3.2" height="14" className="brand-busy" />
          <rect x="16.8" y="1" width="3.2" height="14" />
        </g>
      </svg>
      Branchline
    </span>
  );
}
