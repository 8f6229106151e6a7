import { escapeHtml } from './escape-html';
import { isExercised, type CoveredRoute, type ParityCoverage } from './routes/coverage';

/** The verdict that says most about a route comes first. */
const TELLING = ['mismatched', 'missing', 'ignored', 'matched'] as const;
const LABELS = {
  mismatched: 'different',
  missing: 'missing',
  ignored: 'explained',
  matched: 'identical',
  untried: 'no request',
};

interface SideNames {
  readonly left: string;
  readonly right: string;
}

/** Which routes there are, on which sides, and what was found: a map with a field for each, and a list. */
export function formatCoverageMap({ routes, known }: ParityCoverage, names: SideNames): string {
  const groups = new Map<string, CoveredRoute[]>();
  for (const route of routes) {
    const mount = route.path.split('/').slice(0, 3).join('/');
    groups.set(mount, [...(groups.get(mount) ?? []), route]);
  }
  const exercised = routes.filter(isExercised).length;
  const unseen = known.left ? names.right : names.left;
  const remark =
    known.left && known.right ? '' : ` Those of the ${escapeHtml(unseen)} side can not be seen.`;
  const legend = Object.entries(LABELS).map(
    ([state, label]) => `<span><i class="field ${state}" aria-hidden="true"></i> ${label}</span>`,
  );
  return `<section aria-labelledby="coverage">
<h2 id="coverage">Coverage</h2>
<p class="quiet">${exercised} of ${routes.length} routes got a request.${remark}</p>
<p class="quiet legend">${legend.join(' ')}</p>
${[...groups].map(([mount, own]) => formatGroup(mount, own, names)).join('\n')}
</section>`;
}

function formatGroup(mount: string, routes: readonly CoveredRoute[], names: SideNames): string {
  const exercised = routes.filter(isExercised).length;
  const fields = routes.map(route => `<i class="field ${stateOf(route)}"></i>`).join('');
  const columns = ['Route', 'Result', 'Requests', 'Remark'];
  return `<details class="coverage"><summary><code>${escapeHtml(mount)}</code> <span class="quiet">${exercised} of ${routes.length}</span> <span class="map" aria-hidden="true">${fields}</span></summary>
<div class="wide" tabindex="0"><table class="narrow">
<thead><tr>${columns.map(column => `<th scope="col">${column}</th>`).join('')}</tr></thead>
<tbody>${routes.map(route => formatRoute(route, names)).join('')}</tbody>
</table></div>
</details>`;
}

function formatRoute(route: CoveredRoute, names: SideNames): string {
  const { method, path, below, left, right, verdicts, notExercised } = route;
  const state = stateOf(route);
  const requests = Object.values(verdicts).reduce((sum, count) => sum + count, 0);
  const remarks = [
    ...(left && right ? [] : [`only on the ${left ? names.left : names.right} side`]),
    ...(notExercised ? [notExercised] : []),
  ];
  const name = `${method} ${path}${below ? '/…' : ''}`;
  return `<tr><th scope="row"><code>${escapeHtml(name)}</code></th><td class="${state === 'untried' ? 'quiet' : state}">${LABELS[state]}</td><td>${requests}</td><td class="quiet">${escapeHtml(remarks.join('; '))}</td></tr>`;
}

function stateOf({ verdicts }: CoveredRoute): keyof typeof LABELS {
  return TELLING.find(verdict => verdicts[verdict] > 0) ?? 'untried';
}
