import type { Config } from '@backstage/config';
import type { HelmetOptions } from 'helmet';

type Directives = { [directive in string]: Iterable<string> };

/**
 * Reads `csp` and `referrer`.
 *
 * @param config - the `backend` section
 */
export function readHelmetOptions(config?: Config): HelmetOptions {
  return {
    contentSecurityPolicy: { useDefaults: false, directives: readDirectives(config) },
    // No configuration key turns these off, and apps that embed or are embedded need them off.
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: false,
    originAgentCluster: false,
    referrerPolicy: readReferrerPolicy(config),
  };
}

function readDirectives(config?: Config): Directives {
  const helmet = require('helmet') as typeof import('helmet');
  const directives = helmet.contentSecurityPolicy.getDefaultDirectives() as Directives;
  // The app evaluates its templates.
  directives['script-src'] = ["'self'", "'unsafe-eval'"];
  // Sign-in posts forms to other hosts.
  delete directives['form-action'];

  const csp = config?.getOptionalConfig('csp');
  for (const key of csp?.keys() ?? []) {
    if (csp!.get(key) === false) {
      delete directives[kebabCase(key)];
    } else {
      directives[kebabCase(key)] = csp!.getStringArray(key);
    }
  }
  return directives;
}

function readReferrerPolicy(config?: Config): HelmetOptions['referrerPolicy'] {
  const policy = config?.getOptionalConfig('referrer')?.getOptionalStringArray('policy');
  return { policy: (policy ?? ['no-referrer']) as 'no-referrer'[] };
}

function kebabCase(key: string): string {
  return key.replace(/[A-Z]/g, capital => `-${capital.toLowerCase()}`);
}
