import type { InternalServiceRef } from '../api/service-ref';
import { describeRef } from './check-refs';
import { describeThrown, isReadable, wiringError } from './errors';
import { nearest } from '../api/nearest';
import { describeDuplicateApis } from './duplicate-api';
import { describePackageOf } from './loaded-packages';
import { origin, resolutionPath, type Requester } from './requester';

/** Something that makes a service threw. The original error is the cause, with its stack. */
export function failedInstantiation(what: string, because: string, error: unknown): Error {
  return wiringError(
    'SERVICE_FAILED',
    `Failed to instantiate ${what} because ${because}, ${describeThrown(error)}`,
    isReadable(error) ? error : undefined,
  );
}

/** The id of the service that an error of {@link failedInstantiation} is about, if it is one. */
export function failedServiceOf(error: unknown): string | undefined {
  const { code, message, cause } = (error ?? {}) as { code?: unknown } & Partial<Error>;
  return code === 'SERVICE_FAILED' && cause !== undefined
    ? /^Failed to instantiate service '([^']*)'/.exec(message ?? '')?.[1]
    : undefined;
}

/** A root scoped service wants one that there is no single instance of. */
export function scopeViolation(id: string, dependency: InternalServiceRef): Error {
  return wiringError(
    'SCOPE_VIOLATION',
    `Failed to instantiate 'root' scoped service '${id}' because it depends on '${dependency.scope}' scoped service '${dependency.id}'.`,
  );
}

/** A service wants others that nothing makes. */
export function missingServices(
  requester: Requester,
  serviceId: string,
  missing: InternalServiceRef[],
  known: string[],
): Error {
  const ids = missing.map(({ id }) => `'${id}'`).join(', ');
  return wiringError(
    'SERVICE_MISSING',
    `Failed to instantiate service '${serviceId}' for '${requester.pluginId}' because the following dependent services are missing: ${ids}${explainMissing(requester, missing, known)}`,
  );
}

/** A plugin or module wants services or extension points that nothing provides. */
export function missingDependencies(
  requester: Requester,
  missing: Array<{ id: string }>,
  known: string[],
): Error {
  return wiringError(
    'SERVICE_MISSING',
    `Service or extension point dependencies of ${requester.name} are missing for the following ref(s): ${missing.map(describeRef).join(', ')}${explainMissing(requester, missing, known)}`,
  );
}

/** Who asks for what is missing along which path, what it may have meant, and what to do. */
export function explainMissing(
  requester: Requester,
  missing: Array<{ id: string }>,
  known: string[],
): string {
  const lines = missing.flatMap(({ id }) => {
    const similar = nearest(id, known).map(other => `'${other}'`);
    return [
      `needed along ${resolutionPath(requester, `'${id}'`)}`,
      ...(similar.length > 0 ? [`known ids similar to '${id}': ${similar.join(', ')}`] : []),
    ];
  });
  const who = origin(requester);
  const asker = describePackageOf(who.feature);
  if (asker) {
    lines.push(`${who.name} comes from ${asker}`);
  }
  const duplicates = describeDuplicateApis();
  if (duplicates) {
    lines.push(duplicates);
  }
  const core = missing.some(({ id }) => id.startsWith('core.'));
  lines.push(
    core
      ? `fix: core services come with createBackend(); update backstage-forklift, or add a factory with backend.add(...)`
      : `fix: install what provides it with backend.add(...); if a package does already, compare versions with 'npm ls' or 'yarn why'`,
  );
  return `\n  ${lines.join('\n  ')}`;
}
