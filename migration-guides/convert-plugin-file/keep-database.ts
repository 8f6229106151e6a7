import { parse } from 'yaml';
import { readAppConfigs } from '../engine/app-configs';
import { addToYaml } from '../engine/edit-yaml';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import type { FileEdit, ReportEntry } from '../engine/plan';
import type { SourceText } from '../engine/read-source';
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

/** The configuration under which a plugin finds the database that it had under its old id. */
export function keepDatabase(plugin: LiftedPlugin): {
  readonly edits: readonly FileEdit[];
  readonly report: readonly ReportEntry[];
} {
  const { envId, id, project } = plugin;
  if (envId === undefined || !usesDatabase(plugin)) return { edits: [], report: [] };
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
      guide: 'convert-plugin-file#database',
    });
  }
  return { edits, report };
}

function usesDatabase({ source }: LiftedPlugin): boolean {
  return /\bdatabase\b/.test(source?.module.text ?? '');
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
