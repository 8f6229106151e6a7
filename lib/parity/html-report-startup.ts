import { escapeHtml } from './escape-html';
import { timelineBars, type StartupTimeline, type TimelineBar } from './startup-timeline';

/** How a backend started, as a table with bars: what each part waited for, and how long it took itself. */
export function formatStartup(timeline: StartupTimeline, name: string): string {
  const bars = timelineBars(timeline);
  const end = Math.max(1, ...bars.map(({ endMs }) => endMs));
  return `<section aria-labelledby="startup">
<h2 id="startup">Start of the ${escapeHtml(name)} backend</h2>
<p class="quiet">${formatMs(end)} from the start to the last plugin. <span class="key waiting" aria-hidden="true"></span> waiting <span class="key" aria-hidden="true"></span> its own start</p>
<div class="wide" tabindex="0"><table class="timeline">
<thead><tr><th scope="col">Part</th><th scope="col">waited</th><th scope="col">took</th><th scope="col" class="bars">from 0 to ${formatMs(end)}</th></tr></thead>
<tbody>${bars.map(bar => formatBar(bar, end)).join('\n')}</tbody>
</table></div>
</section>`;
}

function formatBar({ kind, name, waitedFor, failed, ...timing }: TimelineBar, end: number): string {
  const { beginMs, readyMs, endMs } = timing;
  const percent = (ms: number) => `${((100 * ms) / end).toFixed(2)}%`;
  const segment = (className: string, from: number, to: number) =>
    `<i class="${className}" style="left:${percent(from)};width:${percent(to - from)}"></i>`;
  const why = waitedFor.length > 0 ? ` title="${escapeHtml(waitedFor.join('\n'))}"` : '';
  const label = kind === 'plugin' ? '' : `<span class="quiet">${kind}</span> `;
  return `<tr class="${kind}"><th scope="row">${label}<code>${escapeHtml(name)}</code>${failed ? ' <strong class="bad">failed</strong>' : ''}</th><td${why}>${formatMs(readyMs - beginMs)}</td><td>${formatMs(endMs - readyMs)}</td><td class="bars"><div>${segment('waiting', beginMs, readyMs)}${segment('taking', readyMs, endMs)}</div></td></tr>`;
}

function formatMs(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
