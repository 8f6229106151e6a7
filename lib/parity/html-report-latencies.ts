import { escapeHtml } from './escape-html';
import type { ParityReport } from './report';

const WIDTH = 640;
const HEIGHT = 180;
const MARGIN = { left: 56, bottom: 24, top: 8 };
const POINTS = 100;

/** How long both sides took: quantiles as a table and as curves over a logarithmic scale. */
export function formatLatencies({ left, right, results }: ParityReport): string {
  const sides = [
    { name: left, side: 'left', sorted: sortedDurations(results.map(result => result.left)) },
    { name: right, side: 'right', sorted: sortedDurations(results.map(result => result.right)) },
  ];
  if (sides.some(({ sorted }) => sorted.length === 0)) {
    return '';
  }
  const most = Math.max(10, ...sides.map(({ sorted }) => sorted.at(-1)!));
  const rows = sides.map(
    ({ name, side, sorted }) =>
      `<tr><th scope="row"><span class="key ${side}" aria-hidden="true"></span> ${escapeHtml(name)}</th>${[0.5, 0.9, 0.99, 1].map(q => `<td>${quantile(sorted, q)} ms</td>`).join('')}</tr>`,
  );
  const curves = sides.map(({ side, sorted }) => {
    const points = Array.from({ length: POINTS + 1 }, (_, i) => {
      const x = MARGIN.left + (i / POINTS) * (WIDTH - MARGIN.left);
      return `${x.toFixed(1)},${height(quantile(sorted, i / POINTS), most).toFixed(1)}`;
    });
    return `<polyline class="${side}" points="${points.join(' ')}"/>`;
  });
  return `<section aria-labelledby="latencies">
<h2 id="latencies">Latencies</h2>
<div class="wide" tabindex="0"><table>
<thead><tr><th scope="col">Side</th><th scope="col">median</th><th scope="col">90 %</th><th scope="col">99 %</th><th scope="col">slowest</th></tr></thead>
<tbody>${rows.join('')}</tbody>
</table></div>
<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Durations of both sides by the share of requests; the table above has the numbers">
${gridLines(most)}
${curves.join('\n')}
<text x="${MARGIN.left}" y="${HEIGHT - 6}">fastest</text><text x="${WIDTH}" y="${HEIGHT - 6}" text-anchor="end">slowest request</text>
</svg>
</section>`;
}

function sortedDurations(
  sides: ReadonlyArray<{ readonly duration: number } | undefined>,
): number[] {
  return sides.flatMap(side => (side ? [side.duration] : [])).sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

function height(duration: number, most: number): number {
  const share = Math.log10(Math.max(1, duration)) / Math.log10(most);
  return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.bottom - MARGIN.top);
}

function gridLines(most: number): string {
  const lines: string[] = [];
  for (let duration = 1; duration <= most; duration *= 10) {
    const y = height(duration, most).toFixed(1);
    lines.push(
      `<line x1="${MARGIN.left}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${MARGIN.left - 6}" y="${y}" dy="4" text-anchor="end">${duration} ms</text>`,
    );
  }
  return lines.join('');
}
