/** A line of a plot: its points from left to right. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly panels: readonly Panel[];
}

const panelWidth = 280;
const panelHeight = 220;
const margin = { left: 52, right: 14, top: 48, bottom: 40 };
const inner = {
  width: panelWidth - margin.left - margin.right,
  height: panelHeight - margin.top - margin.bottom,
};

/** An SVG with one panel beside the other, each with a scale of its own that begins at 0. */
export function renderPlot({ title, xLabel, yLabel, panels }: Plot): string {
  const width = panelWidth * panels.length;
  const height = panelHeight + 24;
  const drawn = panels.map(
    (panel, index) => `<g transform="translate(${index * panelWidth} 0)">${renderPanel(panel)}</g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" role="img">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="8" y="18" font-size="13" font-weight="bold">${title}</text>`,
    legend(panels[0]?.lines ?? [], width),
    ...drawn,
    `<text x="8" y="${height - 8}" fill="#555">across: ${xLabel}; up: ${yLabel}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function renderPanel({ title, lines }: Panel): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const xMost = Math.max(...xs);
  const yMost = roundUp(Math.max(...ys));
  const place = ([x, y]: readonly [number, number]) => [
    (margin.left + (x / xMost) * inner.width).toFixed(1),
    (margin.top + inner.height - (y / yMost) * inner.height).toFixed(1),
  ];
  const grid = [0, 0.5, 1].map((share) => {
    const [left, y] = place([0, share * yMost]);
    const rule = `<path d="M${left} ${y}h${inner.width}" stroke="#ddd"/>`;
    return `${rule}<text x="${Number(left) - 6}" y="${Number(y) + 4}" text-anchor="end" fill="#555">${share * yMost}</text>`;
  });
  const ticks = [...new Set(xs)].map((x) => {
    const [at, bottom] = place([x, 0]);
    return `<text x="${at}" y="${Number(bottom) + 16}" text-anchor="middle" fill="#555">${x}</text>`;
  });
  const drawn = lines.map(({ colour, points }) => {
    const path = points.map((point) => place(point).join(' ')).join('L');
    const dots = points.map((point) => {
      const [x, y] = place(point);
      return `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>`;
    });
    return `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
  });
  const name = `<text x="${margin.left}" y="${margin.top - 8}" font-weight="bold">${title}</text>`;
  return [name, ...grid, ...ticks, ...drawn].join('');
}

function legend(lines: readonly Line[], width: number): string {
  const entries = lines.map(({ name, colour }, index) => {
    const x = width - 230 + index * 110;
    return `<path d="M${x} 14h18" stroke="${colour}" stroke-width="2"/><text x="${x + 24}" y="18">${name}</text>`;
  });
  return entries.join('');
}

/** The next of 1, 2, 4, 5, 6, 8 or 10 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 6, 8, 10].find((step) => step * power >= value)! * power;
}
