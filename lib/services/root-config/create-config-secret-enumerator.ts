import type { Config } from '@backstage/config';
import type { ConfigSchema } from '@backstage/config-loader';
import type { JsonObject } from '@backstage/types';
import type { LoggerService } from '../../api';
import { collectConfigSchemas, type PackageSchema } from './collect-config-schemas';
import { findSecrets } from './find-secrets';
import { markVisibility, type Schema, type VisibilityMarks } from './visibility-marks';
import { findWorkspacePackages, nearestPackage } from './workspace-packages';

/**
 * Prepares a function that lists the secrets of a configuration: the strings that the configuration
 * schemas of the installed packages, and of this one, mark with `visibility: secret`.
 *
 * The schemas are read here as data, which takes a few milliseconds; compiling them with
 * `loadConfigSchema` of @backstage/config-loader, as stock Backstage does at every start, takes
 * a hundred times as long, and finds the same secrets.
 *
 * @param options.logger - is told how many secrets there are, and which schemas cannot be understood
 * @param options.dir - a folder of the repository whose packages count; the working folder by default
 * @param options.schema - used instead of the schemas of the installed packages
 */
export async function createConfigSecretEnumerator(options: {
  logger: LoggerService;
  dir?: string;
  schema?: ConfigSchema;
}): Promise<(config: Config) => Iterable<string>> {
  const { logger, dir = process.cwd(), schema } = options;
  const enumerate = schema
    ? (data: JsonObject) => secretsBySchema(schema, data)
    : secretsBySchemas(await readSchemas(dir, logger));
  return config => {
    const secrets = enumerate((config.getOptional() ?? {}) as JsonObject);
    logger.info(`Found ${secrets.size} new secrets in config that will be redacted`);
    return secrets;
  };
}

async function readSchemas(dir: string, logger: LoggerService): Promise<Schema[]> {
  const own = nearestPackage(__dirname);
  const folders = [...findWorkspacePackages(dir), ...(own ? [own] : [])];
  const packageSchemas = collectConfigSchemas(folders);
  const typed = packageSchemas.filter(({ value }) => value === undefined);
  const compiled = typed.length > 0 ? await compileTypedSchemas(typed, logger) : [];
  return [...packageSchemas.flatMap(({ value }) => (value ? [value] : [])), ...compiled];
}

/** Schemas that are TypeScript declarations, as packages had them before 2026. */
async function compileTypedSchemas(
  typed: PackageSchema[],
  logger: LoggerService,
): Promise<Schema[]> {
  const { loadConfigSchema } =
    require('@backstage/config-loader') as typeof import('@backstage/config-loader');
  const schema = await loadConfigSchema({
    dependencies: [],
    packagePaths: typed.map(({ packageJson }) => packageJson),
    excludePackageDependencies: true,
    onSchemaError: error => logger.warn(error.message),
  });
  const { schemas } = schema.serialize() as unknown as { schemas: Array<{ value: Schema }> };
  return schemas.map(({ value }) => value);
}

function secretsBySchemas(schemas: Schema[]) {
  return (data: JsonObject): Set<string> => {
    const marks: VisibilityMarks = { visibility: new Map(), deep: new Map() };
    for (const schema of schemas) {
      markVisibility(schema, data, marks);
    }
    return findSecrets(data, marks);
  };
}

function secretsBySchema(schema: ConfigSchema, data: JsonObject): Set<string> {
  const [processed] = schema.process([{ data, context: 'secrets' }], {
    visibility: ['secret'],
    ignoreSchemaErrors: true,
  });
  const secrets = new Set<string>();
  JSON.stringify(processed.data, (_, value) => {
    if (typeof value === 'string') {
      secrets.add(value);
    }
    return value;
  });
  return secrets;
}
