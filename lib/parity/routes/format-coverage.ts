import { isExercised, type CoveredRoute, type ParityCoverage } from './coverage';

const SHOWN_ROUTES = 10;

/**
 * How many routes got a request, why others got none, and which exist on one side only: a line for
 * each. Routes of the framework itself (`/.backstage/`) that only one side has are counted, not named.
 */
export function formatCoverage(
  { known, routes }: ParityCoverage,
  names: { left: string; right: string },
): string {
  const exercised = routes.filter(isExercised).length;
  const lines = [`${exercised} of ${routes.length} routes exercised`];
  const reasons = new Map<string, CoveredRoute[]>();
  for (const route of routes.filter(each => !isExercised(each))) {
    const reason = route.notExercised ?? 'no request is for it';
    reasons.set(reason, [...(reasons.get(reason) ?? []), route]);
  }
  for (const [reason, left] of [...reasons].sort((a, b) => b[1].length - a[1].length)) {
    lines.push(
      `    ${left.length} not: ${reason}${left.length === 1 ? ` (${nameOf(left[0])})` : ''}`,
    );
  }
  if (known.left && known.right) {
    lines.push(
      ...describeOneSided(`only on the ${names.left} side`, routes, each => !each.right),
      ...describeOneSided(`only on the ${names.right} side`, routes, each => !each.left),
    );
  } else {
    lines.push(`the routes of the ${known.left ? names.right : names.left} side can not be seen`);
  }
  return lines.join('\n');
}

function describeOneSided(
  title: string,
  routes: readonly CoveredRoute[],
  isIt: (route: CoveredRoute) => boolean,
): string[] {
  const found = routes.filter(isIt);
  const own = found.filter(({ path }) => !path.includes('/.backstage/'));
  const named = own.slice(0, SHOWN_ROUTES).map(route => `    ${nameOf(route)}`);
  const rest = own.length - named.length;
  const framework = found.length - own.length;
  const also = [
    ...(rest > 0 ? [`    and ${rest} more`] : []),
    ...(framework > 0 ? [`    ${framework} of the framework, below /.backstage/`] : []),
  ];
  return found.length > 0 ? [`${found.length} ${title}`, ...named, ...also] : [];
}

function nameOf({ method, path, below }: CoveredRoute): string {
  return `${method} ${path}${below ? '/…' : ''}`;
}
