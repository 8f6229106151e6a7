import type { Config } from '@backstage/config';
import type { CorsOptions } from 'cors';

/**
 * Reads `cors`. Without it no header is sent, and `origin` is false.
 *
 * @param config - the `backend` section
 */
export function readCorsOptions(config?: Config): CorsOptions {
  const cors = config?.getOptionalConfig('cors');
  if (!cors) {
    return { origin: false };
  }
  const options: CorsOptions = {
    origin: readOrigin(cors),
    methods: readStrings(cors, 'methods'),
    allowedHeaders: readStrings(cors, 'allowedHeaders'),
    exposedHeaders: readStrings(cors, 'exposedHeaders'),
    credentials: cors.getOptionalBoolean('credentials'),
    maxAge: cors.getOptionalNumber('maxAge'),
    preflightContinue: cors.getOptionalBoolean('preflightContinue'),
    optionsSuccessStatus: cors.getOptionalNumber('optionsSuccessStatus'),
  };
  // The cors library takes its default only for an option that is absent.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function readStrings(config: Config, key: string): string[] | undefined {
  const value = config.getOptional(key);
  if (typeof value === 'string') {
    return [value];
  }
  return value ? config.getStringArray(key) : undefined;
}

function readOrigin(config: Config): CorsOptions['origin'] {
  const patterns = readStrings(config, 'origin');
  if (!patterns) {
    return undefined;
  }
  const { Minimatch } = require('minimatch') as typeof import('minimatch');
  const matchers = patterns.map(
    pattern => new Minimatch(pattern, { nocase: true, noglobstar: true }),
  );
  return (origin, callback) => {
    callback(
      null,
      matchers.some(matcher => matcher.match(origin ?? '')),
    );
  };
}
