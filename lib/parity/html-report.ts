import { escapeHtml } from './escape-html';
import { VERDICT_MARKS, formatCurl, formatTimes } from './format-report';
import { PAGE_SCRIPT, PAGE_STYLE } from './html-report-assets';
import { formatCoverageMap } from './html-report-coverage';
import { formatLatencies } from './html-report-latencies';
import { formatStartup } from './html-report-startup';
import type { ParityDifference } from './difference';
import type { ParityReport, ParityResult, ParityVerdict } from './report';
import { describeRequest } from './request';
import type { StartupTimeline } from './startup-timeline';
import { countVerdicts } from './verdict-counts';

/** Where the command that repeats a request sends it: the new backend, run by hand. */
const USUAL_ADDRESS = 'http://localhost:7007';
const SHOWN_VALUE = 4_000;

const VERDICTS: ReadonlyArray<readonly [verdict: ParityVerdict, label: string]> = [
  ['mismatched', 'different'],
  ['missing', 'missing'],
  ['ignored', 'explained'],
  ['matched', 'identical'],
];

/** What the page shows beside the report itself. */
export interface HtmlReportOptions {
  /** How far the migration of what is mounted at each path has come, for example `{ '/api/catalog': 'native' }`. */
  states?: Readonly<Record<string, string>>;
  /** How the right side started. */
  startup?: StartupTimeline;
}

/**
 * A report as one web page, complete in itself: it loads nothing from anywhere, can be used by keyboard
 * and on a phone, and shows everything without scripts (they only filter).
 */
export function formatHtmlReport(
  report: ParityReport,
  { states = {}, startup }: HtmlReportOptions = {},
): string {
  const { left, right, began, results } = report;
  const title = `${right} backend against ${left} backend`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
<header>
<h1>${escapeHtml(title)}</h1>
${formatVerdict(report)}
<p class="quiet">${results.length} requests, begun <time datetime="${escapeHtml(began)}">${escapeHtml(began)}</time></p>
</header>
<main>
${formatPlugins(results, states)}
${report.coverage ? formatCoverageMap(report.coverage, report) : ''}
${formatLatencies(report)}
${startup ? formatStartup(startup, right) : ''}
<section aria-labelledby="requests">
<h2 id="requests">Requests</h2>
${formatFilters(results)}
<div id="results">
${results.map(result => formatResult(result, report)).join('\n')}
</div>
<p id="none" role="status" hidden>No request is shown: choose other filters.</p>
</section>
</main>
<script>${PAGE_SCRIPT}</script>
</html>
`;
}

function formatVerdict({ equal, stopped, left, right }: ParityReport): string {
  if (stopped) {
    return `<p class="verdict bad">Stopped before the last request: ${escapeHtml(stopped)}</p>`;
  }
  const [tone, can] = equal ? ['good', 'cannot'] : ['bad', 'can'];
  return `<p class="verdict ${tone}">A client ${can} tell the ${escapeHtml(right)} backend from the ${escapeHtml(left)} one.</p>`;
}

function formatPlugins(
  results: readonly ParityResult[],
  states: Readonly<Record<string, string>>,
): string {
  const counts = countVerdicts(results, Object.keys(states));
  const hasStates = Object.keys(states).length > 0;
  const state = (path: string) => (hasStates ? `<td>${escapeHtml(states[path] ?? '')}</td>` : '');
  const rows = [...counts].map(
    ([path, row]) =>
      `<tr><th scope="row"><code>${escapeHtml(path)}</code></th>${state(path)}${VERDICTS.map(
        ([verdict]) => `<td class="${row[verdict] > 0 ? verdict : 'quiet'}">${row[verdict]}</td>`,
      ).join('')}</tr>`,
  );
  const columns = ['Path', ...(hasStates ? ['State'] : []), ...VERDICTS.map(([, label]) => label)];
  return `<section aria-labelledby="plugins">
<h2 id="plugins">Plugins</h2>
<div class="wide" tabindex="0"><table class="narrow">
<thead><tr>${columns.map(column => `<th scope="col">${column}</th>`).join('')}</tr></thead>
<tbody>${rows.join('')}</tbody>
</table></div>
</section>`;
}

function formatFilters(results: readonly ParityResult[]): string {
  const boxes = VERDICTS.map(([verdict, label]) => {
    const count = results.filter(result => result.verdict === verdict).length;
    return `<label class="${verdict}"><input type="checkbox" name="verdict" value="${verdict}" checked> ${VERDICT_MARKS[verdict]} ${count} ${label}</label>`;
  });
  return `<form id="filters">
<fieldset><legend>Show</legend>${boxes.join('')}</fieldset>
<label>Containing <input type="search" name="text" placeholder="/api/catalog"></label>
</form>`;
}

function formatResult(result: ParityResult, report: ParityReport): string {
  const { request, observed, sent, verdict, left, right, differences } = result;
  const status = left?.status === right?.status ? left?.status : `${left?.status}/${right?.status}`;
  const times = observed ? '' : formatTimes(result);
  const line = `<span class="mark ${verdict}" aria-label="${verdict}">${VERDICT_MARKS[verdict]}</span> <span class="status">${status ?? '-'}</span> <code>${escapeHtml(describeRequest(request))}</code> <span class="quiet">${times}</span>`;
  if (verdict === 'matched') {
    return `<div class="result" data-verdict="matched">${line}</div>`;
  }
  const rows = [...differences]
    .sort((a, b) => Number(Boolean(a.ignored)) - Number(Boolean(b.ignored)))
    .map(formatDifference);
  const repeated = sent ? { ...request, path: sent.right } : request;
  const repeat = observed
    ? ''
    : `<pre class="repeat" tabindex="0">${escapeHtml(formatCurl(repeated, USUAL_ADDRESS))}</pre>`;
  const open = verdict === 'ignored' ? '' : ' open';
  return `<details class="result" data-verdict="${verdict}"${open}><summary>${line}</summary>
<div class="wide" tabindex="0"><table class="sides">
<thead><tr><th scope="col">Where</th><th scope="col">${escapeHtml(report.left)}</th><th scope="col">${escapeHtml(report.right)}</th></tr></thead>
<tbody>${rows.join('')}</tbody>
</table></div>
${repeat}
</details>`;
}

function formatDifference({ part, path, left, right, ignored }: ParityDifference): string {
  const place = part === path ? part : `${part} ${path}`;
  const why = ignored
    ? `<br><small>${escapeHtml(`${ignored.rule}: ${ignored.reason}`)}</small>`
    : '';
  const [a, b] = [formatSide(left), formatSide(right)];
  return `<tr class="${ignored ? 'quiet' : 'found'}"><th scope="row"><code>${escapeHtml(place)}</code>${why}</th><td>${markChange(a, b)}</td><td>${markChange(b, a)}</td></tr>`;
}

function formatSide(value: unknown): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = typeof value === 'object' ? JSON.stringify(value, null, 2) : JSON.stringify(value);
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text;
}

/** Marks what lies between the common beginning and the common end. */
function markChange(text: string | undefined, other = ''): string {
  if (text === undefined) {
    return '<em>nothing</em>';
  }
  const shorter = Math.min(text.length, other.length);
  let start = 0;
  while (start < shorter && text[start] === other[start]) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && text.at(-1 - end) === other.at(-1 - end)) {
    end++;
  }
  const parts = [
    text.slice(0, start),
    text.slice(start, text.length - end),
    text.slice(text.length - end),
  ];
  const [before, changed, after] = parts.map(escapeHtml);
  return `<code>${before}${changed && `<mark>${changed}</mark>`}${after}</code>`;
}
