import { parse } from 'yaml';
import { readAppConfigs } from './app-configs';
import { addToYaml } from './edit-yaml';
import type { LiftedPlugin } from './lifted-plugin';
import type { FileEdit, ReportEntry } from './plan';
import type { SourceText } from './read-source';
import { Obstacle } from './obstacle';

/** What database names start with unless `backend.database.prefix` is set. */
const DEFAULT_PREFIX = 'backstage_plugin_';

interface DatabaseConfig {
  readonly client?: string;
  readonly connection?: string | { readonly filename?: string };
  readonly prefix?: string;
  readonly pluginDivisionMode?: string;
  readonly plugin?: Record<string, unknown>;
}

/**
 * The configuration under which a plugin that uses its database finds the one that it had under its
 * old id.
 *
 * @param guide - the section that explains it
 * @throws Obstacle with the anchor `database` when there is no such configuration
 */
export function keepDatabase(
  plugin: LiftedPlugin,
  guide: string,
): {
  readonly edits: readonly FileEdit[];
  readonly report: readonly ReportEntry[];
} {
  const { envId, id, project } = plugin;
  if (envId === undefined) return { edits: [], report: [] };
  const files = readAppConfigs(project);
  const databases = files.map(file => ({ file, database: databaseIn(file) }));
  const common = databases.find(each => each.database?.client)?.database;
  if (!common) {
    throw new Obstacle(
      `keeps its data under '${envId}', and no app-config file says which database that is`,
      'database',
    );
  }
  const edits: FileEdit[] = [];
  const report: ReportEntry[] = [];
  for (const { file, database } of databases) {
    if (!database?.client) continue;
    const setting = settingFor(database, envId);
    if (!setting) continue;
    const edit = addToYaml(
      file,
      ['backend', 'database', 'plugin', id, 'connection', setting.key],
      setting.value,
    );
    if (!edit) {
      throw new Obstacle(
        `keeps its data under '${envId}', and ${file.file} can not be edited`,
        'database',
      );
    }
    edits.push(edit);
    report.push({
      file: file.file,
      plugin: id,
      outcome: 'migrated',
      reason: `names the database that the plugin had as '${envId}'`,
      guide,
    });
  }
  return { edits, report };
}

function databaseIn(file: SourceText): DatabaseConfig | undefined {
  try {
    const config = parse(file.text) as { backend?: { database?: DatabaseConfig } } | null;
    const database = config?.backend?.database;
    return typeof database === 'object' && database !== null ? database : undefined;
  } catch {
    return undefined; // A configuration file that is no YAML is none of this step's business.
  }
}

/** The setting that names the old database; undefined when nothing is kept between starts. */
function settingFor(
  database: DatabaseConfig,
  envId: string,
): { readonly key: string; readonly value: string } | undefined {
  if (database.plugin && envId in database.plugin) {
    throw new Obstacle(`has settings of its own in backend.database.plugin.${envId}`, 'database');
  }
  if (database.client?.includes('sqlite')) {
    const { connection } = database;
    const filename = typeof connection === 'object' ? connection.filename : connection;
    return filename === ':memory:' ? undefined : { key: 'filename', value: `${envId}.sqlite` };
  }
  if (database.pluginDivisionMode === 'schema') {
    throw new Obstacle(
      `keeps its data in the schema '${envId}', which can not be configured`,
      'database',
    );
  }
  return { key: 'database', value: `${database.prefix ?? DEFAULT_PREFIX}${envId}` };
}
