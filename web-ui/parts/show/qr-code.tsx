/** A QR code, drawn: black on white in every theme, as cameras expect it. */
import { useEffect, useState } from 'react';

/** Of white about it, in modules (ISO/IEC 18004). */
const QUIET = 4;

export function QrCode({ text, label }: { text: string; label: string }) {
  const [drawn, setDrawn] = useState<{ readonly size: number; readonly path: string }>();
  useEffect(() => {
    let isOver = false;
    // Only who stands before an unclaimed box needs it.
    void import('uqr').then(({ encode }) => {
      const { data, size } = encode(text, { ecc: 'M', border: 0 });
      if (!isOver) setDrawn({ size: size + 2 * QUIET, path: pathOf(data) });
    });
    return () => {
      isOver = true;
    };
  }, [text]);
  if (!drawn) return null;
  const { size, path } = drawn;
  return (
    <svg
      role="img"
      aria-label={label}
      data-testid="qr"
      viewBox={`0 0 ${size} ${size}`}
      width="12rem"
      height="12rem"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

const pathOf = (rows: readonly (readonly boolean[])[]): string =>
  rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')))
    .join('');
